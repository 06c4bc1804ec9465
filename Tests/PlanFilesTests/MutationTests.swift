import PlanFiles
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("A plan file with some letters changed")
struct MutationTests {
    private static let text = """
        # A plan.
        kind: &a ReleasePlan
        "meta data": {'name': it''s, labels: [x, "y\\u00e9\\n", ~, 1.0e-4]}
        spec:
          ? complex
          : [*a, !!str 5, {k: v, l: }]
          block: |+
            text
              more

          folded: >-
            a
            b
          stages:
            - name: one
              bake: {min: 1d,
                     max: 2d}
            -   - nested
                - 2026-08-20
        ...

        """
    private static let json = #"{"a": [1, 2.5e-3, true, null, "x\u00e9\n"], "b": {"c": {}, "d": []}}"#

    /// Sluice's own faults are the only ones: no parser takes the process down, whatever it is given.
    @Test("is read or refused with a place, and written files read back", arguments: seeds(20))
    func mutations(seed: UInt64) throws {
        let letters = Array("\n\n  \t:-?[]{},&*!|>'\"%@`#~.\\0é\u{2028}\u{FEFF}a1".utf8) + [0xFF, 0x00, 0xC3]
        var generator = SeededGenerator(seed: seed)
        for format in PlanFile.Format.allCases {
            for _ in 0..<40 {
                var bytes = Array((format == .yaml ? Self.text : Self.json).utf8)
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    let letter = letters.randomElement(using: &generator) ?? 0
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = letter
                    case 1: bytes.insert(letter, at: place)
                    default: bytes.remove(at: place)
                    }
                }
                do throws(PlanFileFaults) {
                    let value = try PlanFile.source(of: bytes, format).value
                    if case .object = value { _ = try PlanFile.source(of: Array(PlanFile.yaml(value).utf8)) }
                } catch {
                    #expect(!error.faults.isEmpty)
                    #expect(error.faults.allSatisfy { ($0.line ?? 1) > 0 && ($0.column ?? 1) > 0 })
                }
            }
        }
    }

    @Test("of the whole is refused for what it holds that is not read")
    func whole() {
        #expect(faults(Self.text).map { $0.hasSuffix("[alias]") } == [true])
        let text = Self.text.replacing("*a", with: "b").replacing("&a ", with: "").replacing("!!str ", with: "")
        #expect(faults(text) == [])
    }
}
