/// Why a proof about a log does not hold.
public enum ProofFault: Error, Hashable, Sendable {
    /// The leaf lies outside the tree.
    case indexOutOfRange(index: UInt64, size: UInt64)
    /// The older tree is larger than the newer one.
    case sizesOutOfOrder(old: UInt64, new: UInt64)
    /// The proof has more hashes than a proof of these sizes.
    case tooLong(count: Int)
    /// The proof has fewer hashes than a proof of these sizes.
    case tooShort(count: Int)
    /// The hashes lead to another root than the one that was given.
    case rootMismatch
    /// The text is no `c2sp.org/tlog-proof@v1`; the line (from 1) and what it should have been.
    case malformed(line: Int, expected: String)
    /// The checkpoint of the proof is not signed as it must be.
    case note(NoteFault)
    /// No trusted key of the log itself signed the checkpoint of the proof.
    case notSignedByLog(origin: String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .indexOutOfRange: "proof_index_out_of_range"
        case .sizesOutOfOrder: "proof_sizes_out_of_order"
        case .tooLong: "proof_too_long"
        case .tooShort: "proof_too_short"
        case .rootMismatch: "proof_root_mismatch"
        case .malformed: "proof_malformed"
        case .note(let fault): fault.code
        case .notSignedByLog: "proof_not_signed_by_log"
        }
    }
}

extension ProofFault: CustomStringConvertible {
    /// What is wrong, for a person.
    public var description: String {
        switch self {
        case .indexOutOfRange(let index, let size):
            "Entry \(index) is not in a log of \(size) entries; give an index below the checkpoint's size."
        case .sizesOutOfOrder(let old, let new):
            "The older size \(old) is above the newer size \(new); exchange the two checkpoints."
        case .tooLong(let count): "The proof has \(count) hashes, more than these sizes need; ask for a new proof."
        case .tooShort(let count): "The proof has \(count) hashes, fewer than these sizes need; ask for a new proof."
        case .rootMismatch: "The proof leads to another root: the entry or the log is not what was signed."
        case .malformed(let line, let expected): "Line \(line) of the proof should be \(expected)."
        case .note(let fault): fault.description
        case .notSignedByLog(let origin):
            "No trusted key of \(origin) signed the checkpoint; give the verifier key that the log publishes."
        }
    }
}
