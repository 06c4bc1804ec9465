import ReleaseModel

/// Who may call an endpoint. There is no default: each endpoint says it.
enum EndpointAccess: Hashable, Sendable {
    /// Everybody, without a key.
    case everyone
    /// Every person and every application with a key in force.
    case callers
    /// People with one of these roles, and nobody else.
    case people(Set<Role>)
    /// People with one of these roles, and every application.
    case peopleAndApplications(Set<Role>)
    /// People with one of these roles, and applications with a key of the kind service.
    case peopleAndServices(Set<Role>)
    /// The person whom the path names, and people with one of these roles.
    case personNamed(or: Set<Role>)

    /// Roles that read what is decided: all of them.
    static let readers = Set(Role.allCases)

    /// Whether a person with these roles may call, when `isNamed` says whether the path names them.
    func permits(personWith roles: some Sequence<Role>, isNamed: Bool) -> Bool {
        switch self {
        case .everyone, .callers: true
        case .people(let needed), .peopleAndApplications(let needed), .peopleAndServices(let needed):
            roles.contains(where: needed.contains)
        case .personNamed(let needed): isNamed || roles.contains(where: needed.contains)
        }
    }

    /// Whether an application may call with a key of this kind.
    func permits(applicationWith key: KeyKind) -> Bool {
        switch self {
        case .everyone, .callers, .peopleAndApplications: true
        case .peopleAndServices: key == .service
        case .people, .personNamed: false
        }
    }

    /// The rule in words, for the reference and for refusals.
    var sentence: String {
        func names(_ roles: Set<Role>) -> String {
            roles == Self.readers ? "any role" : roles.sorted().map(\.rawValue).joined(separator: ", ")
        }
        switch self {
        case .everyone: return "Everybody, without a key."
        case .callers: return "Every person and application with a key; the command says which roles it needs."
        case .people(let roles): return "People with the role: \(names(roles))."
        case .peopleAndApplications(let roles): return "Applications, and people with the role: \(names(roles))."
        case .peopleAndServices(let roles):
            return "Applications with a service key, and people with the role: \(names(roles))."
        case .personNamed(let roles): return "The person themselves, and people with the role: \(names(roles))."
        }
    }
}
