import HashTreeCollections
public import ReleaseModel

extension Registry {
    func adding(
        _ organisation: AddOrganisation, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        guard !self.organisations.values.contains(where: { $0.name == organisation.name }) else {
            throw Refusal(.alreadyExists, field: "name", "an organisation is called \(organisation.name)")
        }
        return .organisationAdded(
            Organisation(id: OrganisationID(at: now, using: &generator), name: organisation.name, added: now))
    }

    func adding(
        _ application: AddApplication, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        guard !self.applications.values.contains(where: { $0.name == application.name }) else {
            throw Refusal(.alreadyExists, field: "name", "an application is called \(application.name)")
        }
        if let organisation = application.organisation {
            _ = try found(self.organisations[organisation], "organisation", "organisation")
        }
        return .applicationAdded(
            Application(
                id: ApplicationID(at: now, using: &generator), name: application.name,
                organisation: application.organisation, added: now))
    }

    func adding(
        _ person: AddPerson, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [ControlEvent] {
        try self.checkRoles(person.roles)
        try self.checkUnused(person.key)
        let id = PersonID(at: now, using: &generator)
        return [
            .personAdded(Person(id: id, commitment: person.commitment, roles: person.roles, added: now)),
            .keyIssued(Key(id: person.key, kind: .person, digest: person.keyDigest, owner: .person(id), issued: now)),
        ]
    }

    /// The events that make the first people. Only once, and never fewer than two: with one person nothing could ever
    /// be opened.
    public func bootstrap(
        _ people: [AddPerson], at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> [ControlEvent] {
        guard self.usedKeys.isEmpty else {
            throw Refusal(
                .alreadyExists, field: "people", "people were set up before; add more with two people's consent")
        }
        guard people.count >= 2, Set(people.map(\.key)).count == people.count else {
            throw Refusal(.invalidField, field: "people", "at least two people, each with their own key")
        }
        guard people.contains(where: { $0.roles.contains(.admin) }) else {
            throw Refusal(.invalidField, field: "people", "one person with the role admin")
        }
        guard people.contains(where: { $0.roles.contains(.approver) }) else {
            throw Refusal(.invalidField, field: "people", "one person with the role approver")
        }
        var events: [ControlEvent] = []
        for person in people { events += try self.adding(person, at: now, using: &generator) }
        return events
    }

    func assigning(_ assignment: AssignRoles) throws(Refusal) -> ControlEvent {
        let person = try found(self.people[assignment.person], "person", "person")
        try self.checkRoles(assignment.roles)
        guard Set(person.roles) != Set(assignment.roles) else {
            throw Refusal(.nothingToDo, field: "roles", "the person has exactly these roles")
        }
        try self.checkSomebodyRemains(assignment.roles, for: assignment.person)
        return .rolesAssigned(assignment)
    }

    func erasing(_ erasure: ErasePerson) throws(Refusal) -> ControlEvent {
        _ = try found(self.people[erasure.person], "person", "person")
        try checkText(erasure.reason, field: "reason")
        try self.checkSomebodyRemains([], for: erasure.person)
        return .personErased(erasure)
    }

    /// Without an administrator nobody could be added, without an approver nothing opened, for ever.
    private func checkSomebodyRemains(_ roles: [Role], for person: PersonID) throws(Refusal) {
        for role in [Role.admin, .approver] {
            let others = self.people.contains { $0.key != person && $0.value.roles.contains(role) }
            guard others || roles.contains(role) else {
                throw Refusal(
                    .invalidField, field: "person", "the last \(role.rawValue) stays; give the role to another first")
            }
        }
    }

    private func checkRoles(_ roles: [Role]) throws(Refusal) {
        guard Set(roles).count == roles.count else {
            throw Refusal(.invalidField, field: "roles", "each role once")
        }
        guard !roles.contains(.admin) || !roles.contains(.approver) else {
            throw Refusal(.invalidField, field: "roles", "admin cannot approve; give the roles to two people")
        }
    }
}
