import SluiceTesting
import StrictJSON
import Testing

@testable import sluice

@Suite("The view of a rollout")
struct RolloutScreenTests {
    static let samples: [(name: String, rollout: JSONValue)] = [
        ("baking", RolloutSamples.baking), ("holding", RolloutSamples.holding),
        ("rolled-back", RolloutSamples.rolledBack), ("complete", RolloutSamples.complete),
        ("without-data", RolloutSamples.withoutData), ("overridden", RolloutSamples.overridden),
    ]

    @Test("is as it is shown here, and fits 80 columns without colour", arguments: Self.samples.indices)
    func snapshot(index: Int) throws {
        let (name, rollout) = Self.samples[index]
        let text = RolloutScreen(rollout).text
        try expectSnapshot(text, name)
        #expect(!text.contains("\u{1B}") && !text.contains("safe"))
        // What has no space to break at, such as a digest, may be longer.
        for line in text.split(separator: "\n") where line.count > 80 { #expect(line.hasPrefix("plan"), "\(line)") }
    }

    @Test("says the same with colour and at any width", arguments: Self.samples.indices, [40, 60, 132])
    func inked(index: Int, width: Int) {
        let rollout = Self.samples[index].rollout
        let plain = RolloutScreen(rollout, width: width).text
        let inked = RolloutScreen(rollout, width: width, ink: Ink(isColoured: true)).text
        #expect(inked.contains("\u{1B}[1"))
        #expect(inked.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
        func words(_ text: String) -> [Substring] {
            text.replacing(/\[[<=>| ]*\]/, with: "").split { $0.isWhitespace }
        }
        #expect(words(plain) == words(RolloutScreen(rollout, width: 80).text))
    }

    @Test("says what of its caps is held, queued, used and left, and who was removed")
    func caps() throws {
        var members = try #require(RolloutSamples.baking.objectValue)
        members["places"] = [
            [
                "stage": "canary", "applications": 4, "people": 12, "most_people": 400, "queued": 3,
                "invited_this_week": 2, "invitations_per_week": 5,
            ], ["stage": "all", "applications": 1, "people": 0, "queued": 0, "invited_this_week": 0],
        ]
        members["removed"] = ["app_01jd0000000000000000000000"]
        members["exposure"] = [
            ["budget": 700, "used": 120, "written_off": 20, "lent": 80, "left": 500],
            ["stage": "canary", "budget": 50, "used": 0, "written_off": 0, "lent": 0, "left": 50],
        ]
        let lines = RolloutScreen(.object(members), width: 132).lines
        for line in [
            "  - canary: 12 of 400 people, 2 of 5 invited this week, 3 queued",
            "  - removed: app_01jd0000000000000000000000",
            "  - the stage: 700 requests, of which 120 are used (20 of them written off after a crash), 80 lent and "
                + "500 left",
            "  - a day of canary: 50 requests, of which 0 are used, 0 lent and 50 left",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!lines.contains { $0.contains("all: ") && $0.contains("queued") }, "what nobody caps is not told")
    }

    @Test("does not let text of others move the cursor")
    func hostile() throws {
        var members = try #require(RolloutSamples.overridden.objectValue)
        members["sentence"] = "\u{1B}[2Jgone\n"
        members["reasons"] = ["\u{1B}]0;title\u{7}"]
        members["overrides"] = [
            [
                "stage": "half", "at": 1, "not_shown": [],
                "approvals": [["person": "per_x", "reason": "\u{1B}[31mred\r\nlines"]],
            ]
        ]
        let text = RolloutScreen(.object(members)).text
        #expect(!text.contains("\u{1B}") && !text.contains("\r") && !text.contains("\u{7}"))
    }

    @Test("is drawn over the one before, and says what does not fit")
    func drawn() {
        let lines = (1...9).map(String.init)
        #expect(RolloutWatch.drawn(lines, height: 24).hasPrefix("\u{1B}[H1\u{1B}[K\n2"))
        #expect(RolloutWatch.drawn(lines, height: 24).hasSuffix("9\u{1B}[K\n\u{1B}[J"))
        let cut = RolloutWatch.drawn(lines, height: 6)
        #expect(cut.split(separator: "\n").count == 6 && cut.contains("… 5 lines more"))
        #expect(RolloutWatch.drawn(lines, height: nil) == RolloutWatch.drawn(lines, height: 24))
    }
}

@Suite("The bar of a rule")
struct RuleBarTests {
    @Test("lies on the side of the mark on which the rates lie")
    func sides() {
        func bar(_ lower: Double, _ upper: Double?) -> String {
            RuleBar(lower: lower, upper: upper, bound: 0.01).text(half: 5)
        }
        #expect(bar(0, nil) == "[<====|====>]")
        #expect(bar(0, 0.0099) == "[<====|     ]")
        #expect(bar(0, 0.003) == "[<==  |     ]")
        #expect(bar(0, 1e-5) == "[<    |     ]")
        #expect(bar(0.0101, nil) == "[     |====>]")
        #expect(bar(0.5, nil) == "[     |    >]")
        #expect(bar(0.005, 0.03) == "[   ==|==   ]")
    }

    @Test("is within its bound where it has no cell right of the mark, for any rates", arguments: seeds(200))
    func law(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bound = Double.random(in: 1e-6...1, using: &generator)
        let lower = generator.oneIn(3) ? 0 : bound * Double.random(in: 0.01...30, using: &generator)
        let upper = generator.oneIn(3) ? nil : max(lower, bound * Double.random(in: 0.01...30, using: &generator))
        let half = Int.random(in: 4...30, using: &generator)
        let cells = Array(RuleBar(lower: lower, upper: upper, bound: bound).text(half: half).dropFirst().dropLast())
        #expect(cells.count == 2 * half + 1 && cells[half] == "|")
        #expect(cells[(half + 1)...].contains { $0 != " " } == (upper.map { $0 > bound } ?? true))
        #expect(cells[..<half].contains { $0 != " " } == (lower < bound))
    }
}
