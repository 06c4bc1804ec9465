import ArgumentParser
import ReleaseModel
import StageControl
import StrictJSON
import Telemetry

// What opens, or lets open: it is signed for by several, each bound to the plan and the evidence that they saw.
extension ReleaseCommand {
    struct Start: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Let the first stage open as soon as its gates allow it.")

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "Not before this moment.", transform: Moment.option) var notBefore: Timestamp?
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            try await session.perform(
                .start(notBefore: self.notBefore ?? now), on: self.rollout.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Advance: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for the next stage, where the plan or the rules ask people.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let rollout = try await session.rollout(self.rollout.rollout)
            guard let stage = rollout["stage"]?.integerValue else {
                throw CommandFault(.conflict, "no stage is open, so there is no next one; start the rollout first")
            }
            try await session.sign(
                .openStage(Int(stage) + 1), of: self.rollout.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Resume: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for going on after a hold or a rollback. It takes two people.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.sign(.resume, of: self.rollout.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Override: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for opening the next stage although something is not shown. It stays visible for good.",
            discussion: """
                It takes people of the plan's roles, ends within a day, and is void when the evidence changes. What is \
                not known, and what a person stopped, it does not lift.
                """)

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.sign(
                .override, of: self.reason.rollout, reason: self.reason.reason, dryRun: self.giving.dryRun)
        }
    }

    struct Supersede: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for closing a rollout because another of the same model is to take over.",
            discussion: "It takes two people, and closes the candidate. The other is then started by 'release start'.")

        @OptionGroup var reason: ReasonedRollout
        @Option(
            help: ArgumentHelp("The rollout that takes over; it has not been started.", valueName: "rlt_…"),
            transform: OptionText.rollout)
        var by: RolloutID
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            try await session.sign(
                .supersede(self.by), of: self.reason.rollout, reason: self.reason.reason, dryRun: self.giving.dryRun)
        }
    }

    struct Restore: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for letting in again who was removed. It takes two people.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var unit: UnitArguments
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let unit = try await self.unit.unit(session)
            try await session.sign(.restore(unit), of: self.rollout.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Withdraw: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Take your own signature back, as long as nothing has happened by it.",
            discussion: "A plan that loses a signature before its first stage goes back to those who approve.")

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "What you signed for, where you signed for more than one thing.") var signed: SignedFor?
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let person = try await session.client.send(.get("/v1/me")).text("id")
            let rollout = try await session.rollout(self.rollout.rollout)
            try await session.perform(
                .withdraw(try SignedFor.motion(of: person, in: rollout, self.signed)), on: self.rollout.rollout,
                dryRun: self.giving.dryRun)
        }
    }
}

/// What somebody signed for, as the command line calls it.
enum SignedFor: String, CaseIterable, ExpressibleByArgument {
    case plan, stage, resume, override, supersede, restore

    private init(_ motion: Motion) {
        self =
            switch motion {
            case .openPlan: .plan
            case .openStage: .stage
            case .resume: .resume
            case .override: .override
            case .supersede: .supersede
            case .restore: .restore
            }
    }

    /// The one thing that a person has signed for: of this kind, if one is named.
    static func motion(of person: String, in rollout: JSONValue, _ kind: SignedFor?) throws -> Motion {
        let signed = try (rollout["ballots"]?.arrayValue ?? []).filter { ballot in
            (ballot["approvals"]?.arrayValue ?? []).contains { $0.text("person") == person }
        }.compactMap { try $0["motion"]?.decoded(as: Motion.self) }
        let fitting = signed.filter { kind == nil || Self($0) == kind }
        guard let only = fitting.first, fitting.count == 1 else {
            let words = signed.map { Self($0).rawValue }.joined(separator: ", ")
            throw CommandFault(
                fitting.isEmpty ? .conflict : .usage,
                signed.isEmpty
                    ? "you have not signed for anything that stands"
                    : "you have signed for \(words); say which by --signed")
        }
        return only
    }
}
