public import ReleaseModel
import StrictJSON

extension Evidence {
    /// The digest of what is claimed by it: the file, and everything that is said of it: what it is about, how and by
    /// whom it was made, what it does not show, and until when it holds. Whoever signs on evidence signs for this.
    public var statement: ContentDigest {
        var members: [String: JSONValue] = [
            "kind": .string(self.kind.text), "version": .string(self.version.description),
            "file": .string(self.file.description), "method": .string(self.method), "issuer": .string(self.issuer),
            "limits": .string(self.limits), "made_at": .integer(self.madeAt.milliseconds),
            "valid_until": .integer(self.validUntil.milliseconds),
        ]
        members["subject"] = self.subject.map { .string($0.description) }
        return .sha256(of: JSONValue.object(members).canonical)
    }
}
