import HashTreeCollections
import ReleaseModel

extension Registry {
    /// The events of a command that may take effect, checked against this state.
    func effects(
        of command: Command, by actor: Actor, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [ControlEvent] {
        switch command {
        case .addModel(let model): [try self.adding(model, at: now, using: &generator)]
        case .addVersion(let version): [try self.adding(version, at: now, using: &generator)]
        case .addComponent(let component): [try self.adding(component, at: now, using: &generator)]
        case .makeCurrent(let change): [try self.making(change)]
        case .holdModel(let hold): [try self.holding(hold)]
        case .resumeModel(let resumption): [try self.resuming(resumption)]
        case .addOrganisation(let organisation): [try self.adding(organisation, at: now, using: &generator)]
        case .addApplication(let application): [try self.adding(application, at: now, using: &generator)]
        case .addPerson(let person): try self.adding(person, at: now, using: &generator)
        case .assignRoles(let assignment): [try self.assigning(assignment)]
        case .erasePerson(let erasure): [try self.erasing(erasure)]
        case .enrol(let enrolment): [try self.enrolling(enrolment, at: now, using: &generator)]
        case .openEnrolment(let opening): [try self.opening(opening, at: now)]
        case .closeEnrolment(let closing): [try self.closing(closing, at: now)]
        case .issueGrant(let content): [try self.issuing(content, at: now, using: &generator)]
        case .revokeGrant(let revocation): [try self.revoking(revocation)]
        case .issueKey(let key): [try self.issuing(key, at: now)]
        case .revokeKey(let revocation): [try self.revoking(revocation)]
        case .publishTerms(let terms): [try self.publishing(terms, at: now, using: &generator)]
        case .acceptTerms(let acceptance): [try self.accepting(acceptance, at: now)]
        case .attachEvidence(let attachment):
            [try self.attaching(attachment, by: actor, at: now, using: &generator)]
        case .acceptEvidence(let review): [try self.judging(review, as: .accepted, by: actor, at: now)]
        case .refuseEvidence(let review): [try self.judging(review, as: .refused, by: actor, at: now)]
        case .withdrawEvidence(let withdrawal): [try self.withdrawing(withdrawal)]
        case .approve, .reject: []
        }
    }
}

/// The longest reason or title that an entry holds, in bytes.
let maximumTextBytes = 2_000

func checkText(_ text: String, field: String) throws(Refusal) {
    guard (1...maximumTextBytes).contains(text.utf8.count) else {
        throw Refusal(.invalidField, field: field, "1 to \(maximumTextBytes) bytes of text")
    }
}

func found<Value>(_ value: Value?, _ field: String, _ what: String) throws(Refusal) -> Value {
    guard let value else { throw Refusal(.notFound, field: field, "no such \(what)") }
    return value
}
