private import Foundation

/// The inputs that fuzzing starts from: the cases of the tests, each a file.
///
/// `make fuzz` sets `SLUICE_FUZZ_SEEDS` to a folder and runs the tests that have cases to give.
public enum FuzzSeeds {
    private static let folder = ProcessInfo.processInfo.environment["SLUICE_FUZZ_SEEDS"]

    /// Writes each input to a file of its own below the oracle's name; nothing where nobody fuzzes.
    public static func write(_ inputs: [[UInt8]], for oracle: String) throws {
        guard let folder = self.folder else { return }
        let place = URL(filePath: folder).appending(component: oracle)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (number, input) in inputs.enumerated() {
            try Data(input).write(to: place.appending(component: "seed-\(number)"))
        }
    }
}
