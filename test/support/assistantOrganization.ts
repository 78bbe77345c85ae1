/** The organization about which an assistant is asked: six users, whose licenses and last logins differ. */
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
const seen = (days: number) => ({ dateLastLogin: daysAgo(days), lastTokenIssued: null })
const sales = { division: { id: "d1", name: "Sales" } }

export const options = {
  seed: "assistant",
  roles: [{ id: "supervisor", name: "Supervisor", permissions: ["performance:insights:view"] }],
  users: [
    { id: "ann", licenses: ["cloudCX3", "communicate"] },
    { id: "bob", licenses: ["cloudCX3"] },
    { id: "cyd", licenses: ["cloudCX3"] },
    { id: "dan", licenses: ["cloudCX2"] },
    { id: "eve", licenses: ["cloudCX3"] },
    { id: "fay", licenses: [] }
  ],
  people: [
    {
      id: "ann",
      name: "Ann Müller",
      email: "ann@example.com",
      department: "Care",
      roles: ["supervisor"],
      ...sales,
      ...seen(120)
    },
    { id: "bob", name: "Bob", email: "bob@example.com", department: "Care", roles: [], ...seen(2) },
    { id: "cyd", name: "Cyd", email: "cyd@example.com", department: "Billing", roles: [], ...sales, ...seen(200) },
    { id: "dan", name: "Dan", email: "dan@example.com", department: "Care", roles: [], ...seen(300) },
    {
      id: "eve",
      name: "Eve",
      email: "eve@example.com",
      department: "Board",
      roles: [],
      dateLastLogin: null,
      lastTokenIssued: null
    },
    { id: "fay", name: "Fay", email: "fay@example.com", department: "Board", roles: [], ...seen(1) }
  ]
}
