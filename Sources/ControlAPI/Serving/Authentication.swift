import AccessPolicy
import Crypto
import HTTPTypes
import ReleaseModel

/// Who calls, and whether they may call this endpoint.
enum Authentication {
    /// The caller, or the problem that they are told: 401 with one answer for every kind of wrong key, 403 for a key in
    /// force whose owner may not call this.
    static func caller(
        of endpoint: Endpoint, argument: String, headers: HTTPFields, rules: Snapshot, at now: Timestamp
    ) throws(Problem) -> Snapshot.Caller? {
        if endpoint.access == .everyone { return nil }
        guard let presented = Self.presentedKey(headers), let caller = rules.authenticate(presented, at: now) else {
            throw .invalidKey
        }
        let isPermitted =
            switch caller {
            case .application(_, let key): endpoint.access.permits(applicationWith: key.kind)
            case .person(let person, _):
                endpoint.access.permits(personWith: person.roles, isNamed: person.id.description == argument)
            }
        guard isPermitted else { throw .notPermitted(endpoint.access.sentence) }
        return caller
    }

    /// The key of the one `Authorization: Bearer` field; the secret goes no further than its hash.
    private static func presentedKey(_ headers: HTTPFields) -> PresentedKey? {
        let fields = headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { return nil }
        let parts = field.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let key = KeyText(parts[1].utf8),
            let digest = ContentDigest(bytes: SHA256.hash(data: key.secretText))
        else { return nil }
        return PresentedKey(id: key.id, digest: digest)
    }
}
