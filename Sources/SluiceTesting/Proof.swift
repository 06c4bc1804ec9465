private import Foundation

/// How far a test of something that must be shown goes: a few runs with every build, all of them when it is proved.
///
/// `make proofs` sets `SLUICE_PROOFS` to a file. Then tests run in full, and each writes a line of what it saw there.
public enum Proof {
    private static let path = ProcessInfo.processInfo.environment["SLUICE_PROOFS"]

    /// Whether everything is run.
    public static var isFull: Bool { self.path != nil }

    /// How many runs: `few` with every build, `all` in a proof.
    public static func runs(_ few: Int, of all: Int) -> Int { self.isFull ? all : few }

    /// Writes down what was seen; nothing is written where not everything was run.
    public static func note(_ line: String) throws {
        guard let path = self.path else { return }
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data((line + "\n").utf8))
        try file.close()
    }
}
