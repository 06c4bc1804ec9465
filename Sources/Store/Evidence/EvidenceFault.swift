public import ReleaseModel

/// Why a file of evidence is not kept, or not given.
public enum EvidenceFault: Error, Hashable, Sendable {
    /// The file has no bytes.
    case empty
    /// The file has more than ``EvidenceFiles/maximumBytes``.
    case tooLarge(bytes: Int)
    /// The bytes are not those of the digest that came with them.
    case otherDigest(found: ContentDigest?, expected: ContentDigest)
    /// The file on the disk is not what it was.
    case damaged(ContentDigest)
    /// The disk refuses: what the system said.
    case unavailable(String)

    init(_ fault: FileFault) {
        self = .unavailable(fault.description)
    }

    init(_ fault: LogFault) {
        self = .unavailable(fault.description)
    }

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .empty: "evidence_file_empty"
        case .tooLarge: "evidence_file_too_large"
        case .otherDigest: "evidence_digest_differs"
        case .damaged: "evidence_file_damaged"
        case .unavailable: "evidence_unavailable"
        }
    }
}

extension EvidenceFault: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .empty: "The file has no bytes; send the file itself."
        case .tooLarge(let bytes):
            "The file has \(bytes) bytes, and at most \(EvidenceFiles.maximumBytes) are kept: keep it elsewhere, and "
                + "attach a report that names its SHA-256."
        case .otherDigest(let found, let expected):
            "The file is \(found?.description ?? "not to be hashed"), not \(expected): it was changed on the way, or "
                + "the digest is another file's."
        case .damaged(let digest):
            "The file \(digest) on the disk is not what it was; put it there again from a copy, by sending it anew."
        case .unavailable(let detail): "The disk refuses: \(detail). Free space or mend the disk, then try again."
        }
    }
}
