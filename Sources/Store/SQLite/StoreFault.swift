import GRDB

/// Why the database does not do what it was asked.
public enum StoreFault: Error, Hashable, Sendable {
    /// The file was written by a newer release: the format that was found, and the newest that is known here.
    case newerFormat(found: Int, known: Int)
    /// The file is a database of another program, or none at all.
    case foreign(detail: String)
    /// SQLite refused; what it said, without any value that was bound.
    case unavailable(operation: String, detail: String)
    /// Usage was handed over that does not follow what was counted: where it should have begun, and where it did.
    case outOfStep(expected: UInt64, found: UInt64)
    /// A row does not say what it should.
    case damaged(table: String, detail: String)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .newerFormat: "store_newer_format"
        case .foreign: "store_foreign"
        case .unavailable: "store_unavailable"
        case .outOfStep: "store_out_of_step"
        case .damaged: "store_damaged"
        }
    }
}

extension StoreFault: CustomStringConvertible {
    /// What is wrong and what to do, for an operator; it is not for callers.
    public var description: String {
        switch self {
        case .newerFormat(let found, let known):
            "The database has format \(found), and this release of Sluice knows formats up to \(known): start the "
                + "release that wrote it, or restore the copy that was made before the upgrade."
        case .foreign(let detail): "The file is not a database of Sluice: \(detail). Give another path."
        case .unavailable(let operation, let detail):
            "The database refused to \(operation): \(detail). Free space or mend the disk, then try again."
        case .outOfStep(let expected, let found):
            "Usage is counted up to entry \(expected) of the access log, and what was handed over begins at \(found): "
                + "hand over what lies between first."
        case .damaged(let table, let detail):
            "A row of \(table) cannot be read: \(detail). Restore the database from a copy."
        }
    }
}

extension StoreFault {
    /// The fault of an error that SQLite, or a part of the store, threw while doing `operation`.
    init(_ error: any Error, operation: String) {
        switch error {
        case let fault as StoreFault: self = fault
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
            self = .foreign(detail: error.message ?? "no SQLite database")
        // `expandedDescription` would show bound values, and those are people's names.
        case let error as DatabaseError:
            self = .unavailable(operation: operation, detail: "\(error.extendedResultCode) \(error.message ?? "")")
        default: self = .unavailable(operation: operation, detail: String(describing: error))
        }
    }
}
