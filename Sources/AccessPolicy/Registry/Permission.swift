public import ReleaseModel

/// Which way a command moves the doors.
///
/// The rule of the house: opening needs two distinct people, closing needs one.
public enum Direction: Hashable, Sendable {
    /// Opens something to somebody: becomes a proposal that a second person approves.
    case widening
    /// Closes something: takes effect at once.
    case narrowing
    /// Opens nothing: takes effect at once.
    case neutral
}

extension Registry {
    /// Which way this command would move the doors of this registry.
    public func direction(of command: Command, by actor: Actor) -> Direction {
        switch command {
        case .addModel, .addVersion, .addOrganisation, .publishTerms, .acceptTerms, .attachEvidence:
            .neutral
        case .enrol:
            .neutral  // it lets in by what two people opened to whoever asks, or it lets nobody in
        case .acceptEvidence:
            .neutral  // whoever attached it was the first person, who judges it is the second
        case .addApplication(let application):
            // What is granted to an organisation is granted to each of its applications, also to this one.
            self.holdsGrants(application.organisation) ? .widening : .neutral
        case .addComponent(let component):
            component.audience == .internal ? .neutral : .widening
        case .makeCurrent, .resumeModel, .addPerson, .issueGrant, .openEnrolment:
            .widening
        case .assignRoles(let assignment):
            Set(assignment.roles).isSubset(of: self.roles(of: assignment.person)) ? .narrowing : .widening
        case .issueKey(let key):
            // An application's key opens nothing that a grant does not. A person's key is that person: they make
            // another for themselves, or two others vouch for it.
            switch key.owner {
            case .application: .neutral
            case .person(let person): actor == .person(person) ? .neutral : .widening
            }
        case .holdModel, .erasePerson, .revokeGrant, .revokeKey, .refuseEvidence, .withdrawEvidence, .closeEnrolment:
            .narrowing
        case .approve, .reject:
            .neutral  // the proposal's own rules say who
        }
    }

    private func holdsGrants(_ organisation: OrganisationID?) -> Bool {
        guard let organisation else { return false }
        return self.grants(of: .organisation(organisation)).contains { $0.revoked == nil }
    }
}

extension Command.Kind {
    /// The roles of which a person needs one to give this command.
    ///
    /// ``acceptTerms`` is not a person's: only the application itself can accept. Nobody else says yes to a licence.
    public var roles: Set<Role> {
        switch self {
        case .addModel, .addVersion, .addComponent, .makeCurrent, .resumeModel, .openEnrolment: [.releaseManager]
        case .addOrganisation, .addApplication, .enrol, .issueGrant, .issueKey: [.releaseManager, .accessReviewer]
        case .addPerson, .assignRoles, .erasePerson, .publishTerms: [.admin]
        case .holdModel, .revokeGrant, .revokeKey, .withdrawEvidence, .closeEnrolment:
            [
                .operator, .releaseManager, .approver, .safetyLead, .accessReviewer, .incidentHandler, .admin,
                .breakGlass,
            ]
        case .attachEvidence: [.releaseManager, .safetyLead]
        case .acceptEvidence, .refuseEvidence: [.approver, .safetyLead]
        case .approve: [.approver]
        case .reject: [.approver, .releaseManager, .accessReviewer, .admin]
        case .acceptTerms: []
        }
    }
}
