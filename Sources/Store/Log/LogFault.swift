import Ledger

/// Why a log does not do what it was asked.
public enum LogFault: Error, Hashable, Sendable {
    /// The log has another size than the caller decided on; decide again on the new state.
    case conflict(actual: UInt64)
    /// An entry has no bytes.
    case entryEmpty
    /// An entry has more than 65,535 bytes.
    case entryTooLarge(bytes: Int)
    /// More waits to be written than the options allow.
    case overloaded
    /// The log was closed.
    case closed
    /// The disk refuses: what the system said. What was written is taken back, and the next append tries again.
    ///
    /// Only if the disk fails for good between the writing and the taking back, an append that was answered so may be
    /// found, whole, when the log is opened again.
    case unavailable(String)
    /// Another writer has the directory open.
    case inUse(directory: String)
    /// The directory holds the log of another origin, or its checkpoint is signed by another key.
    case foreign(String)
    /// The files contradict each other or the signed checkpoint.
    case corrupt(path: String, detail: String)
    /// The log has no such entry.
    case outOfRange(index: UInt64, size: UInt64)
    /// The directory holds no log.
    case missing(path: String)

    init(_ fault: FileFault) {
        self = .unavailable(fault.description)
    }

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .conflict: "log_conflict"
        case .entryEmpty: "log_entry_empty"
        case .entryTooLarge: "log_entry_too_large"
        case .overloaded: "log_overloaded"
        case .closed: "log_closed"
        case .unavailable: "log_unavailable"
        case .inUse: "log_in_use"
        case .foreign: "log_foreign"
        case .corrupt: "log_corrupt"
        case .outOfRange: "log_out_of_range"
        case .missing: "log_missing"
        }
    }
}

extension LogFault: CustomStringConvertible {
    /// What is wrong and what to do, for an operator; it names paths, so it is not for callers.
    public var description: String {
        switch self {
        case .conflict(let actual): "The log has \(actual) entries by now; decide again on its new state."
        case .entryEmpty: "An entry must have at least one byte."
        case .entryTooLarge(let bytes):
            "The entry has \(bytes) bytes; at most 65,535 are allowed: put larger things in by their SHA-256."
        case .overloaded: "More entries wait to be written than the log allows; the disk is too slow for the load."
        case .closed: "The log is closed; open it again."
        case .unavailable(let reason):
            "The log cannot record: \(reason). Nothing was recorded; free space or mend the disk."
        case .inUse(let directory): "Another process writes the log in \(directory); stop it first."
        case .foreign(let detail): "This is not the log that was asked for: \(detail)."
        case .corrupt(let path, let detail):
            "\(path) is damaged: \(detail). Run 'sluice log fsck' to see all damage, and restore from a copy."
        case .outOfRange(let index, let size): "There is no entry \(index); the log has \(size) entries."
        case .missing(let path): "There is no log at \(path); give the directory that holds its 'checkpoint'."
        }
    }
}
