import ArgumentParser
import ReleaseModel
import StageControl

// What closes, or takes somebody's word away: one person can, at once, and says why.
extension ReleaseCommand {
    struct Hold: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Keep everything as it is. One person can; it takes two to resume.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.perform(
                .hold(reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct StepBack: RolloutVerb {
        static let configuration = CommandConfiguration(abstract: "Go back to the stage before, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.perform(
                .stepBack(reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct RollBack: RolloutVerb {
        static let configuration = CommandConfiguration(abstract: "Go back to the plan's rollback target, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.perform(
                .rollBack(reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Abort: RolloutVerb {
        static let configuration = CommandConfiguration(abstract: "End a rollout and close its candidate, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.perform(
                .abort(reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Dismiss: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Void the signatures of somebody who may not sign for a rollout any more, now and from now on.")

        @Option(help: ArgumentHelp("Whose.", valueName: "per_…"), transform: OptionText.person) var person: PersonID
        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.perform(
                .dismiss(self.person, reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }
    struct Remove: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Put an application, or one end user of it, out of the candidate's reach, at once.",
            discussion: """
                Answers on their way end as when a stage is closed. Where there is a baseline, it serves them from \
                then on. The place stays theirs. It takes two people to restore it.
                """)

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var unit: UnitArguments
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let unit = try await self.unit.unit(session)
            try await session.perform(
                .remove(unit, reason: self.reason.reason), on: self.reason.rollout, dryRun: self.giving.dryRun)
        }
    }
}
