import ArgumentParser
import Ledger
import Store

/// What the process ends with. Each number means one thing, and scripts rely on it: docs/reference/cli.md.
enum ExitStatus: Int32, CaseIterable, Hashable, Sendable {
    /// It was done.
    case success = 0
    /// It failed for a reason that no other number names.
    case failure = 1
    /// The command line, or a value in it, is not acceptable.
    case usage = 2
    /// Something that was named does not exist.
    case notFound = 3
    /// The key is not valid, or its owner may not do this.
    case denied = 4
    /// The state is another than the command needs.
    case conflict = 5
    /// The server cannot be reached or does not work.
    case unhealthy = 6
    /// No answer came in time.
    case timedOut = 7
    /// A log or a proof is not what was signed.
    case verificationFailed = 8

    /// The number for whatever ended a command.
    init(of error: any Error) {
        switch error {
        case let error as any ExitStatusProviding: self = error.exitStatus
        case let code as ExitCode: self = ExitStatus(rawValue: code.rawValue) ?? .failure
        case let fault as LogFault: self = Self.status(of: fault)
        case is ProofFault, is NoteFault: self = .verificationFailed
        default: self = .failure
        }
    }

    private static func status(of fault: LogFault) -> ExitStatus {
        switch fault {
        case .missing, .outOfRange: .notFound
        case .corrupt, .foreign: .verificationFailed
        case .conflict, .inUse: .conflict
        case .entryEmpty, .entryTooLarge, .overloaded, .closed, .unavailable: .failure
        }
    }
}

/// An error that knows with what number the process ends.
protocol ExitStatusProviding: Error {
    var exitStatus: ExitStatus { get }
}

/// Why a command ends here, in a sentence for whoever gave it.
struct CommandFault: ExitStatusProviding, Hashable, CustomStringConvertible {
    var exitStatus: ExitStatus
    var description: String

    init(_ exitStatus: ExitStatus, _ description: String) {
        self.exitStatus = exitStatus
        self.description = description
    }
}
