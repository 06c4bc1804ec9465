import ReleaseModel
import StrictJSON

// What was decided, in a sentence: after a command, and in the tail of the log.

extension ControlEvent {
    /// The sentence, without a full stop. The reasons that people gave are quoted.
    var sentence: String {
        switch self {
        case .modelAdded(let model): "model \(model.name) added (\(model.id))"
        case .versionAdded(let version): "version \(version.name) added (\(version.id))"
        case .componentAdded(let component):
            "\(component.kind.rawValue) for \(component.audience.rawValue) added (\(component.id))"
        case .currentVersionChanged(let change): "\(change.version) is current for \(change.model)"
        case .modelHeld(let hold): "\(hold.model) is on hold: \(hold.reason)"
        case .modelResumed(let resume): "\(resume.model) goes on: \(resume.reason)"
        case .organisationAdded(let organisation): "organisation \(organisation.name) added (\(organisation.id))"
        case .applicationAdded(let application): "application \(application.name) added (\(application.id))"
        case .personAdded(let person): "\(person.id) added as \(Words.roles(person.roles))"
        case .rolesAssigned(let assignment): "\(assignment.person) is \(Words.roles(assignment.roles)) from now on"
        case .personErased(let erasure): "\(erasure.person) is forgotten: \(erasure.reason)"
        case .enrolled(let enrolment): "\(enrolment.application) waits for \(enrolment.model)"
        case .enrolmentOpened(let opening):
            "enrolment for \(opening.model) is open, by grants like \(opening.grant): \(opening.reason)"
        case .enrolmentClosed(let closing): "enrolment for \(closing.model) is closed: \(closing.reason)"
        case .grantIssued(let grant): "\(grant.id) lets \(Self.subject(grant)) use \(grant.content.model)"
        case .grantRevoked(let revocation): "\(revocation.grant) taken back: \(revocation.reason)"
        case .keyIssued(let key): "key \(key.kind.rawValue)_\(key.id) registered for \(Self.owner(key))"
        case .keyRevoked(let revocation): "key \(revocation.key) taken back: \(revocation.reason)"
        case .termsPublished(let terms): "terms \(terms.name)@\(terms.version) published (\(terms.id))"
        case .termsAccepted(let acceptance): "\(acceptance.application) accepted \(acceptance.terms)"
        case .evidenceAttached(let evidence): "\(evidence.kind) of \(evidence.version) attached (\(evidence.id))"
        case .evidenceAccepted(let review): "\(review.evidence) accepted: \(review.reasons)"
        case .evidenceRefused(let review): "\(review.evidence) refused: \(review.reasons)"
        case .evidenceWithdrawn(let withdrawal): "\(withdrawal.evidence) withdrawn: \(withdrawal.reason)"
        case .proposalMade(let proposal): "\(proposal.id) waits for a second person: \(proposal.command.kind.rawValue)"
        case .proposalApproved(let approval): "\(approval.proposal) approved"
        case .proposalRejected(let rejection): "\(rejection.proposal) ended: \(rejection.reason)"
        case .accessLogCheckpointed: "the access log's head noted"
        case .rolloutDrafted(let draft): "\(draft.rollout) proposed"
        case .rolloutChanged(let change): "\(change.rollout): \(Self.change(change))"
        case .seedRevealed(let reveal): "\(reveal.rollout): the secret of its buckets revealed"
        case .rollbackDrilled(let drill):
            drill.p99.map { "a rollback rehearsed: \($0) ms in 99 of 100" } ?? "a rehearsal of a rollback begun"
        }
    }

    /// The identifier of what came to be by it; nil if nothing new did.
    var newIdentifier: String? {
        switch self {
        case .modelAdded(let model): model.id.description
        case .versionAdded(let version): version.id.description
        case .componentAdded(let component): component.id.description
        case .organisationAdded(let organisation): organisation.id.description
        case .applicationAdded(let application): application.id.description
        case .personAdded(let person): person.id.description
        case .grantIssued(let grant): grant.id.description
        case .keyIssued(let key): key.id.description
        case .termsPublished(let terms): terms.id.description
        case .evidenceAttached(let evidence): evidence.id.description
        case .proposalMade(let proposal): proposal.id.description
        case .currentVersionChanged, .modelHeld, .modelResumed, .rolesAssigned, .personErased, .enrolled,
            .enrolmentOpened, .enrolmentClosed, .grantRevoked, .keyRevoked, .termsAccepted, .evidenceAccepted,
            .evidenceRefused, .evidenceWithdrawn,
            .proposalApproved, .proposalRejected, .accessLogCheckpointed, .rolloutDrafted, .rolloutChanged,
            .seedRevealed, .rollbackDrilled:
            nil
        }
    }

    /// What was done to a rollout in a word: a person's verb, or what the rules moved.
    private static func change(_ change: RolloutChange) -> String {
        let content = change.entry["content"]
        if let events = content?["events"]?.arrayValue { return Self.places(events) }
        let said = content?["verb"] ?? content?["assessment"]?["transition"]?["kind"]
        let motion = content?["approval"]?["motion"]?["kind"] ?? content?["motion"]?["kind"]
        let reason = (content?["reason"] ?? content?["approval"]?["reason"])?.stringValue ?? ""
        return [said?.stringValue ?? "looked at", motion?.stringValue].compactMap(\.self).joined(separator: " ")
            .replacing("_", with: " ") + (reason.isEmpty ? "" : ": \(reason)")
    }

    /// What the caps of a stage decided, counted.
    private static func places(_ events: [JSONValue]) -> String {
        func count(_ kind: String) -> Int { events.count { $0[kind] != nil } }
        let invited = events.compactMap { $0["invited"]?["count"]?.integerValue }.reduce(0, +)
        let parts = [(count("admitted"), "let in"), (Int(invited), "invited"), (count("queued"), "put in the line")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func subject(_ grant: Grant) -> String {
        switch grant.content.subject {
        case .application(let id): id.description
        case .organisation(let id): id.description
        }
    }

    private static func owner(_ key: Key) -> String {
        switch key.owner {
        case .application(let id): id.description
        case .person(let id): id.description
        }
    }
}
