import AccessPolicy
import HashTreeCollections
import ReleaseModel
import StageControl
import StrictJSON

/// The things of the registry as documents: lists in pages, and single ones by identifier or name.
struct Listing: Sendable {
    let call: Call
    let book: RolloutBook
    var registry: Registry { self.call.registry }

    init(_ call: Call, book: RolloutBook) {
        self.call = call
        self.book = book
    }

    /// One page: `data`, and `next` if there is more.
    func page(of collection: Collection) throws -> JSONValue {
        switch collection {
        case .models: try self.page(try self.models(), \.id.description, self.described)
        case .versions:
            try self.page(try self.versions(), \.id.description, { try self.described($0, history: false) })
        case .components: try self.page(try self.components(), \.id.description, self.described)
        case .organisations: try self.page(try self.organisations(), \.id.description, self.described)
        case .applications: try self.page(try self.applications(), \.id.description, self.described)
        case .people: try self.page(try self.people(), \.id.description, self.described)
        case .grants: try self.page(try self.grants(), \.id.description, self.described)
        case .keys: try self.page(try self.keys(), \.id.description, { try Self.members(Self.described($0)) })
        case .terms: try self.page(try self.terms(), \.id.description, self.described)
        case .evidence: try self.page(try self.evidence(), \.id.description, self.described)
        case .proposals: try self.page(try self.proposals(), \.id.description, self.described)
        }
    }

    /// The one that the path names.
    func item(of collection: Collection) throws -> JSONValue {
        let text = self.call.argument
        func found<Value>(_ value: Value?) throws(Problem) -> Value {
            guard let value else { throw .notFound(collection.noun, field: "id") }
            return value
        }
        let members =
            switch collection {
            case .models: try self.described(try self.model(text, field: "id"))
            case .versions: try self.described(try self.version(text, field: "id"), history: true)
            case .components: try self.described(try found(ComponentID(text).flatMap { self.registry.components[$0] }))
            case .organisations: try self.described(try self.organisation(text, field: "id"))
            case .applications: try self.described(try self.application(text, field: "id"))
            case .people: try self.described(try found(PersonID(text).flatMap { self.registry.people[$0] }))
            case .grants: try self.described(try found(GrantID(text).flatMap { self.registry.grants[$0] }))
            case .keys: try Self.members(Self.described(try found(KeyID(text.utf8).flatMap { self.registry.keys[$0] })))
            case .terms: try self.described(try found(TermsID(text).flatMap { self.registry.terms[$0] }))
            case .evidence: try self.described(try found(EvidenceID(text).flatMap { self.registry.evidence[$0] }))
            case .proposals: try self.described(try found(ProposalID(text).flatMap { self.registry.proposals[$0] }))
            }
        return .object(members)
    }

    /// Sorts by identifier, takes what comes behind `after`, at most `limit`, and only then writes documents.
    private func page<Value>(
        _ values: some Sequence<Value>, _ id: (Value) -> String, _ document: (Value) throws -> [String: JSONValue]
    ) throws -> JSONValue {
        let limit = try self.call.query.limit()
        let after = self.call.query[.after]
        var keyed = values.map { (id: id($0), value: $0) }
        if let after { keyed.removeAll { $0.id <= after } }
        keyed.sort { $0.id < $1.id }
        var members: [String: JSONValue] = [
            "data": .array(try keyed.prefix(limit).map { .object(try document($0.value)) })
        ]
        if keyed.count > limit { members["next"] = .string(keyed[limit - 1].id) }
        return .object(members)
    }

    static func members(_ value: JSONValue) -> [String: JSONValue] { value.objectValue ?? [:] }
}
