import Foundation
import Testing

/// A file of reference values beside these tests: cases with named inputs, and what is expected of them.
struct Vectors {
    /// One case of a file.
    struct Case: CustomStringConvertible {
        let inputs: [String: Any]
        let expected: [Double]

        func number(_ name: String) throws -> Double { try #require(self.inputs[name] as? NSNumber).doubleValue }
        func count(_ name: String) throws -> Int { try #require(self.inputs[name] as? NSNumber).intValue }
        func flag(_ name: String) throws -> Bool { try #require(self.inputs[name] as? NSNumber).boolValue }
        func text(_ name: String) throws -> String { try #require(self.inputs[name] as? String) }
        func numbers(_ name: String) throws -> [Double] {
            try #require(self.inputs[name] as? [NSNumber]).map(\.doubleValue)
        }

        var description: String {
            self.inputs.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        }
    }

    /// How far from the expected value a number may lie.
    enum Measure {
        /// In parts of the expected value.
        case relative
        /// In parts of the expected value, and of 10⁻³ where it is nearer to 0: for logarithms, which pass through 0.
        case logarithm
        /// In parts of the expected value, and of 1 where it is nearer to 0: for logarithms of which digits are
        /// counted.
        case wholeLogarithm
    }

    let name: String
    let tolerance: Double
    let cases: [Case]

    init(_ name: String) throws {
        let file = try #require(try Self.object(name) as? [String: Any])
        self.name = name
        self.tolerance = try #require(file["tolerance"] as? NSNumber).doubleValue
        self.cases = try #require(file["cases"] as? [[String: Any]]).map { object in
            let expected = try #require(object["expected"] as? [NSNumber]).map(\.doubleValue)
            return Case(inputs: object.filter { $0.key != "expected" }, expected: expected)
        }
    }

    /// The sequences of observations that several files speak of.
    static func sequences() throws -> [String: [Double]] {
        try #require(try Self.object("sequences") as? [String: [NSNumber]]).mapValues { $0.map(\.doubleValue) }
    }

    private static func object(_ name: String) throws -> Any {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Vectors")
        return try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
    }

    /// Compares every case with what `body` makes of it; a failure names the worst one.
    func expectAgreement(
        _ measure: Measure = .relative, location: SourceLocation = #_sourceLocation,
        _ body: (Case) throws -> [Double]
    ) throws {
        var worst = (error: 0.0, text: "")
        for one in self.cases {
            let results = try body(one)
            try #require(results.count == one.expected.count, "\(one)", sourceLocation: location)
            for (result, expected) in zip(results, one.expected) {
                let error = Self.error(result, expected, measure)
                if !(error <= worst.error) { worst = (error, "\(one) gave \(result) for \(expected)") }
            }
        }
        Self.record(self.name, self.cases.count, worst.error)
        #expect(
            worst.error <= self.tolerance,
            "\(self.name): \(self.cases.count) cases, worst error \(worst.error) in \(worst.text)",
            sourceLocation: location)
    }

    private static func error(_ result: Double, _ expected: Double, _ measure: Measure) -> Double {
        let distance = abs(result - expected)
        guard distance > 0 else { return 0 }
        return switch measure {
        case .relative: distance / abs(expected)
        case .logarithm: distance / max(1e-3, abs(expected))
        case .wholeLogarithm: distance / max(1, abs(expected))
        }
    }

    /// Appends the worst error to the file that `SLUICE_VECTOR_ERRORS` names, for the table in the vectors' README.
    private static func record(_ name: String, _ cases: Int, _ worst: Double) {
        guard let path = ProcessInfo.processInfo.environment["SLUICE_VECTOR_ERRORS"],
            let file = FileHandle(forUpdatingAtPath: path)
        else { return }
        file.seekToEndOfFile()
        file.write(Data("| `\(name)` | \(cases) | \(String(format: "%.1e", worst)) |\n".utf8))
    }
}
