import AccessPolicy
import HashTreeCollections
import ReleaseModel

// What a list's filters leave over, and what an identifier or name in a request stands for.
extension Listing {
    private func name() throws(Problem) -> Name? {
        guard let text = self.call.query[.name] else { return nil }
        guard let name = Name(text) else { throw .invalidParameter("name", Name.rule) }
        return name
    }

    func models() throws(Problem) -> [Model] {
        let name = try self.name()
        return self.registry.models.values.filter { name == nil || $0.name == name }
    }

    func versions() throws(Problem) -> [Version] {
        let name = try self.name()
        let model = try self.filter(.model) { text throws(Problem) in try self.model(text, field: "model").id }
        return self.registry.versions.values.filter {
            (name == nil || $0.name == name) && (model == nil || $0.model == model)
        }
    }

    func components() throws(Problem) -> [Component] {
        let version = try self.filter(.version) { text throws(Problem) in try self.version(text, field: "version").id }
        return self.registry.components.values.filter { version == nil || $0.version == version }
    }

    func evidence() throws(Problem) -> [Evidence] {
        let version = try self.filter(.version) { text throws(Problem) in try self.version(text, field: "version").id }
        return version.map { self.registry.evidence(of: $0) } ?? Array(self.registry.evidence.values)
    }

    func organisations() throws(Problem) -> [Organisation] {
        let name = try self.name()
        return self.registry.organisations.values.filter { name == nil || $0.name == name }
    }

    func applications() throws(Problem) -> [Application] {
        let name = try self.name()
        let organisation = try self.organisationFilter()
        return self.registry.applications.values.filter {
            (name == nil || $0.name == name) && (organisation == nil || $0.organisation == organisation)
        }
    }

    func people() throws(Problem) -> [Person] {
        let role = try self.filter(.role) { text throws(Problem) -> Role in
            guard let role = Role(rawValue: text) else {
                throw .invalidParameter("role", "one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return role
        }
        return self.registry.people.values.filter { person in role.map(person.roles.contains) ?? true }
    }

    func grants() throws(Problem) -> [Grant] {
        let application = try self.applicationFilter()
        let organisation = try self.organisationFilter()
        let model = try self.filter(.model) { text throws(Problem) in try self.model(text, field: "model").id }
        return self.registry.grants.values.filter { grant in
            (application.map { grant.content.subject == .application($0) } ?? true)
                && (organisation.map { grant.content.subject == .organisation($0) } ?? true)
                && (model == nil || grant.content.model == model)
        }
    }

    func keys() throws(Problem) -> [Key] {
        let application = try self.applicationFilter()
        let person = try self.personFilter()
        return self.registry.keys.values.filter { key in
            (application.map { key.owner == .application($0) } ?? true)
                && (person.map { key.owner == .person($0) } ?? true)
        }
    }

    func terms() throws(Problem) -> [Terms] {
        let name = try self.name()
        return self.registry.terms.values.filter { name == nil || $0.name == name }
    }

    func proposals() throws(Problem) -> [Proposal] {
        let person = try self.personFilter()
        return self.registry.proposals.values.filter { person == nil || $0.by == person }
    }

    private func filter<Value>(
        _ parameter: QueryParameter, _ resolve: (String) throws(Problem) -> Value
    ) throws(Problem) -> Value? {
        guard let text = self.call.query[parameter] else { return nil }
        return try resolve(text)
    }

    private func applicationFilter() throws(Problem) -> ApplicationID? {
        try self.filter(.application) { text throws(Problem) in try self.application(text, field: "application").id }
    }

    private func organisationFilter() throws(Problem) -> OrganisationID? {
        try self.filter(.organisation) { text throws(Problem) in try self.organisation(text, field: "organisation").id }
    }

    private func personFilter() throws(Problem) -> PersonID? {
        try self.filter(.person) { text throws(Problem) -> PersonID in
            guard let id = PersonID(text) else { throw .invalidParameter("person", "an identifier per_…") }
            return id
        }
    }

    // Identifiers first: a name could be chosen to look like one.

    func model(_ text: String, field: String) throws(Problem) -> Model {
        let found =
            ModelID(text).flatMap { self.registry.models[$0] } ?? Name(text).flatMap(self.registry.model(named:))
        guard let found else { throw .notFound("model", field: field) }
        return found
    }

    func version(_ text: String, field: String) throws(Problem) -> Version {
        let found =
            VersionID(text).flatMap { self.registry.versions[$0] } ?? Name(text).flatMap(self.registry.version(named:))
        guard let found else { throw .notFound("version", field: field) }
        return found
    }

    func application(_ text: String, field: String) throws(Problem) -> Application {
        let found =
            ApplicationID(text).flatMap { self.registry.applications[$0] }
            ?? self.registry.applications.values.first { $0.name.text == text }
        guard let found else { throw .notFound("application", field: field) }
        return found
    }

    func organisation(_ text: String, field: String) throws(Problem) -> Organisation {
        let found =
            OrganisationID(text).flatMap { self.registry.organisations[$0] }
            ?? self.registry.organisations.values.first { $0.name.text == text }
        guard let found else { throw .notFound("organisation", field: field) }
        return found
    }
}
