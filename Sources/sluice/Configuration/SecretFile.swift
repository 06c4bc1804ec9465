import Upstreams

/// A file with a key that is sent to others, and where the key goes.
struct SecretFile: Sendable {
    /// Whose key it is.
    enum Owner: Hashable, Sendable {
        case upstream(String)
        case collector
    }

    var path: String
    var owner: Owner
    var credential: UpstreamCredential

    /// The key in a file's text: what stands before the first space or line end.
    static func secret(in text: String) -> UpstreamSecret? {
        text.split(whereSeparator: \.isWhitespace).first.map { .bearer(String($0)) }
    }
}
