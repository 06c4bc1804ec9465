private import Foundation
public import Testing

/// The seeds of a test that is repeated: its arguments, so that a failure names the seed that brings it back.
///
/// `SLUICE_SEED=17 swift test` runs that one seed; `SLUICE_SEED_FACTOR=50` runs fifty times as many.
public func seeds(_ count: UInt64) -> [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let one = environment["SLUICE_SEED"].flatMap({ UInt64($0) }) {
        return [one]
    }
    let factor = environment["SLUICE_SEED_FACTOR"].flatMap { UInt64($0) } ?? 1
    return Array(0..<(count * max(1, factor)))
}

/// Runs `body` once a seed within one test; what it throws is reported with the seed.
///
/// For cases too many and too small to be arguments. Inside, prefer `try #require` to `#expect`, since what is
/// thrown stops the run and names the seed.
public func repeated(
    seeds count: UInt64, location: SourceLocation = #_sourceLocation,
    _ body: (_ seed: UInt64, _ generator: inout SeededGenerator) throws -> Void
) {
    for seed in seeds(count) {
        var generator = SeededGenerator(seed: seed)
        do {
            try body(seed, &generator)
        } catch {
            Issue.record("seed \(seed): \(error)", sourceLocation: location)
            return
        }
    }
}
