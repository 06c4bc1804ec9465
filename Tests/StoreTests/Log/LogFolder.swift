import Foundation
import Ledger
import Logging
import NIOConcurrencyHelpers
import Store
import StoreTesting
import Testing

/// A folder of its own with a log in it, removed when the test is over.
final class LogFolder: Sendable {
    static let origin = "log.example/test"

    let path: String
    let signer: NoteSigner

    init() throws {
        self.path =
            FileManager.default.temporaryDirectory.appendingPathComponent("sluice-log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        self.signer = try NoteSigner(name: Self.origin, seed: Array(repeating: 9, count: 32))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    var directory: String { self.path + "/log" }
    var verifiers: [NoteVerifier] { [self.signer.verifier] }

    func open(_ options: LogOptions = .quiet, _ directory: String? = nil) throws(LogFault) -> LogWriter {
        try LogWriter.open(
            directory: directory ?? self.directory, origin: Self.origin, signer: self.signer, options: options)
    }

    /// A copy of the log as it is on disk now, which is what a crash would leave.
    func copy(_ name: String) throws -> String {
        let path = self.path + "/" + name
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: self.directory, toPath: path)
        return path
    }

    func fsck(_ directory: String? = nil) throws -> LogReport {
        try LogCheck(directory: directory ?? self.directory, verifiers: self.verifiers).fsck()
    }
}

extension LogOptions {
    /// The defaults without messages on the tests' output.
    static var quiet: LogOptions {
        var options = LogOptions()
        options.logger.logLevel = .critical
        return options
    }

    /// Signs seldom enough that a test decides when.
    static var unsigned: LogOptions {
        var options = LogOptions.quiet
        options.checkpoint = .every(seconds: 3_600)
        return options
    }

    /// As ``unsigned``, with a journal that is never longer than its records.
    static var exact: LogOptions {
        var options = LogOptions.unsigned
        options.journalRoom = 0
        return options
    }
}

/// The files of a folder by their path in it; the lock is left out.
func files(_ directory: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let base = URL(fileURLWithPath: directory)
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) where name != "lock" {
        let url = base.appendingPathComponent(name)
        guard try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory != true else { continue }
        files[name] = Array(try Data(contentsOf: url))
    }
    return files
}

func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Entry `i` of a test's log: of changing length, and unlike every other.
func entry(_ i: Int, tag: String = "entry") -> [UInt8] {
    Array("{\"\(tag)\":\(i),\"pad\":\"\(String(repeating: "x", count: i * 37 % 90))\"}".utf8)
}

/// SplitMix64: the same seed gives the same run, on every machine.
struct LogDice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A disk that fails at one call, or from one call on.
final class FailingDisk: Sendable {
    private struct Plan {
        var calls = 0
        var failsAt: Range<Int> = .max..<Int.max
        var errno: Int32 = 0
    }

    private let plan = NIOLockedValueBox(Plan())

    /// Lets the calls of `range`, counted from now, fail.
    func fail(_ range: Range<Int>, errno: Int32) {
        self.plan.withLockedValue { $0 = Plan(calls: 0, failsAt: range, errno: errno) }
    }

    func heal() {
        self.plan.withLockedValue { $0 = Plan() }
    }

    /// The calls since the plan was made.
    var calls: Int { self.plan.withLockedValue { $0.calls } }

    /// The system's calls, each of which may fail; a write that fails has written half of its bytes.
    var operations: FileOperations {
        .checked { (call, half) throws(FileFault) in
            let errno: Int32? = self.plan.withLockedValue { plan in
                defer { plan.calls += 1 }
                return plan.failsAt.contains(plan.calls) ? plan.errno : nil
            }
            guard let errno else { return }
            half()
            throw FileFault(operation: call.name, path: "the failing disk", errno: errno)
        }
    }
}
