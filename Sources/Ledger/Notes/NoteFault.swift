/// Why a signed note, a key or a checkpoint is not accepted.
public enum NoteFault: Error, Hashable, Sendable {
    /// The bytes are no signed note; what the format asks for at the place where reading ended.
    case malformed(expected: String)
    /// The note carries no signature of a trusted key.
    case noTrustedSignature
    /// A trusted key is named, and its signature does not fit the text.
    case badSignature(name: String)
    /// The text of a key cannot be read; what it should look like.
    case malformedKey(expected: String)
    /// The body of the note is no checkpoint; the line (from 1) and what it should have been.
    case malformedCheckpoint(line: Int, expected: String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .malformed: "note_malformed"
        case .noTrustedSignature: "note_no_trusted_signature"
        case .badSignature: "note_bad_signature"
        case .malformedKey: "note_key_malformed"
        case .malformedCheckpoint: "checkpoint_malformed"
        }
    }
}

extension NoteFault: CustomStringConvertible {
    /// What is wrong, for a person.
    public var description: String {
        switch self {
        case .malformed(let expected): "The signed note is malformed: expected \(expected)."
        case .noTrustedSignature: "No trusted key signed the note; give the verifier key that the log publishes."
        case .badSignature(let name): "The signature of \(name) does not fit: the text was changed after signing."
        case .malformedKey(let expected): "The key cannot be read: expected \(expected)."
        case .malformedCheckpoint(let line, let expected): "Line \(line) of the checkpoint should be \(expected)."
        }
    }
}
