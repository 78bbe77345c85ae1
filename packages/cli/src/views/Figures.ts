/**
 * The main numbers of a command's result. `fleet` collects them from each organization; for
 * a command that runs alone, nobody listens.
 */
import type { Figures } from "@genesys-license/admin/fleet/FleetFigures"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export * from "@genesys-license/admin/fleet/FleetFigures"

/** The receiver of the numbers. Default: none. */
export const Listener = Context.Reference<(figures: Figures) => void>("@genesys-license/cli/Figures/Listener", {
  defaultValue: () => () => {}
})

export const tell = (figures: Figures): Effect.Effect<void> => Effect.map(Listener, (hear) => hear(figures))
