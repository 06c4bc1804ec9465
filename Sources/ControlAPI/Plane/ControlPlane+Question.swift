import AccessPolicy
import ReleaseModel
import StageControl

extension ControlPlane {
    /// What is to be decided, each time anew if the log has grown meanwhile.
    enum Question {
        case command(Command)
        case bootstrap([AddPerson])
        case note(AccessLogCheckpoint)
        case propose(ReleasePlan, RolloutID)
        case rollout(RolloutCommand, RolloutID)
        case look(Observations, RolloutID)
        case hear([Applicant], RolloutID)
        case drilled(RollbackDrill)

        /// The time that the entries get: of a look, the time that it was taken.
        func moment(_ now: Timestamp) -> Timestamp {
            if case .look(let observations, _) = self { observations.clock.wall } else { now }
        }
    }

    /// The events that follow from a state; none where nothing is to be recorded. What is asked decides, and no clock
    /// and no file: the log only keeps what comes of it.
    static func events(
        of question: Question, by actor: ReleaseModel.Actor, at now: Timestamp, on state: ControlState,
        seeds: RolloutSeeds, using generator: inout any RandomNumberGenerator & Sendable
    ) throws -> [ControlEvent] {
        let desk = ReleaseDesk(registry: state.registry, book: state.book, seeds: seeds)
        switch question {
        case .command(let command):
            let events = try state.registry.decide(command, by: actor, at: now, using: &generator)
            // First, so that whoever checks the log finds the roles that the actor had.
            return try desk.dismissals(before: events, by: actor, at: now) + events
        case .bootstrap(let people): return try state.registry.bootstrap(people, at: now, using: &generator)
        case .note(let checkpoint): return [.accessLogCheckpointed(checkpoint)]
        case .propose(let plan, let rollout): return try desk.propose(plan, as: rollout, by: actor, at: now)
        case .rollout(let command, let rollout): return try desk.decide(command, on: rollout, by: actor, at: now)
        case .look(let observations, let rollout): return try desk.look(at: rollout, observations)
        case .hear(let applicants, let rollout): return try desk.hear(applicants, on: rollout, at: now)
        case .drilled(let drill): return [.rollbackDrilled(drill)]
        }
    }
}
