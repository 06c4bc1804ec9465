import Crypto
import HashTreeCollections
public import ReleaseModel
import StrictJSON

extension Registry {
    /// Decides a command: the events that it makes, or the reason why it makes none.
    ///
    /// A widening does not take effect here: it becomes a proposal, and the events of the command come when a second
    /// person approves it, decided again on the state of that moment.
    ///
    /// - Parameters:
    ///   - command: what is asked for.
    ///   - actor: who asks, authenticated before.
    ///   - now: the time that identifiers and entries get.
    ///   - generator: where new identifiers take their chance from.
    public func decide(
        _ command: Command, by actor: Actor, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [ControlEvent] {
        try self.checkPermission(of: actor, for: command)
        switch command {
        case .approve(let approval):
            return try self.approve(approval, by: actor, at: now, using: &generator)
        case .reject(let rejection):
            return try self.reject(rejection, by: actor)
        default:
            let events = try self.effects(of: command, by: actor, at: now, using: &generator)
            guard self.direction(of: command, by: actor) == .widening else { return events }
            guard case .person(let person) = actor else {
                throw Refusal(.notPermitted, field: "by", "what opens something is proposed by a person")
            }
            return [.proposalMade(try Self.proposal(of: command, by: person, at: now, using: &generator))]
        }
    }

    /// The SHA-256 of a command's canonical JSON: what an approver is shown, and binds themselves to.
    public static func digest(of command: Command) throws(Refusal) -> ContentDigest {
        guard let json = try? JSONValue(encoding: command),
            let digest = ContentDigest(bytes: SHA256.hash(data: json.canonical))
        else {
            throw Refusal(.invalidField, field: "command", "the command has no canonical form")
        }
        return digest
    }

    private static func proposal(
        of command: Command, by person: PersonID, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> Proposal {
        Proposal(
            id: ProposalID(at: now, using: &generator), command: command, digest: try Self.digest(of: command),
            by: person, lapses: now.advanced(milliseconds: Proposal.lifetimeMilliseconds))
    }

    private func checkPermission(of actor: Actor, for command: Command) throws(Refusal) {
        switch actor {
        case .person(let person):
            if case .issueKey(let key) = command, key.owner == .person(person) { return }
            let needed = command.kind.roles
            guard self.roles(of: person).contains(where: needed.contains) else {
                let names = needed.sorted().map(\.rawValue).joined(separator: ", ")
                throw Refusal(
                    .notPermitted, field: "command",
                    needed.isEmpty
                        ? "\(command.kind.rawValue) is for the application itself, with its own key"
                        : "\(command.kind.rawValue) needs one of the roles \(names)")
            }
        case .application(let application):
            guard case .acceptTerms(let acceptance) = command, acceptance.application == application else {
                throw Refusal(.notPermitted, field: "command", "an application may only accept terms for itself")
            }
        case .host, .system:
            throw Refusal(.notPermitted, field: "by", "commands are given by people and applications")
        }
    }

    private func approve(
        _ approval: ApproveProposal, by actor: Actor, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [ControlEvent] {
        guard let proposal = self.proposals[approval.proposal] else {
            throw Refusal(.notFound, field: "proposal", "no such proposal waits; it may have been decided already")
        }
        guard actor != .person(proposal.by) else {
            throw Refusal(.secondPersonNeeded, field: "by", "whoever proposed it cannot approve it; ask another person")
        }
        guard proposal.digest == approval.digest else {
            throw Refusal(
                .proposalDiffers, field: "digest",
                "the proposal's digest is \(proposal.digest); look at it again and approve what you see")
        }
        guard now < proposal.lapses else {
            throw Refusal(.proposalLapsed, field: "proposal", "it waited for seven days; propose it again")
        }
        // The proposer may have lost the right, or been erased, since.
        try self.checkPermission(of: .person(proposal.by), for: proposal.command)
        let effects = try self.effects(of: proposal.command, by: .person(proposal.by), at: now, using: &generator)
        return [.proposalApproved(approval)] + effects
    }

    private func reject(_ rejection: RejectProposal, by actor: Actor) throws(Refusal) -> [ControlEvent] {
        guard let proposal = self.proposals[rejection.proposal] else {
            throw Refusal(.notFound, field: "proposal", "no such proposal waits; it may have been decided already")
        }
        if case .person(let person) = actor, person != proposal.by, !self.roles(of: person).contains(.approver) {
            throw Refusal(.notPermitted, field: "proposal", "a proposal is ended by its proposer or by an approver")
        }
        try checkText(rejection.reason, field: "reason")
        return [.proposalRejected(rejection)]
    }
}
