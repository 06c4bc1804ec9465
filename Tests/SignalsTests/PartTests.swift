import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import Signals

@Suite("The part of the public that a header names")
struct PartTests {
    private static func dimension(_ dimension: Stratum.Dimension, _ parts: [String]) -> SignalLayout.Dimension? {
        let quotas = Dictionary(parts.map { (name($0), 1) }, uniquingKeysWith: +)
        let header = HeaderName("x-part")
        return layout([], strata: [Stratum(dimension: dimension, header: header, quotas: quotas)]).dimensions.first
    }

    private static func part(_ dimension: SignalLayout.Dimension, _ value: String) -> String? {
        dimension.part(named: Array(value.utf8).span)?.text
    }

    @Test(
        "is for languages the closest one, as RFC 4647 looks tags up",
        arguments: [
            ("pt", "pt"), ("PT", "pt"), ("pt-BR", "pt"), ("pt-br-x-old", "pt"), ("zh-Hant-TW", "zh-Hant"),
            ("zh-hant", "zh-Hant"), ("zh-Hans", nil), ("p", nil), ("ptx", nil), ("-pt", nil), ("", nil),
            ("pt, en", nil), ("pt;q=0.9", nil), ("pt-", "pt"), ("other", nil),
        ] as [(String, String?)])
    func languages(value: String, expected: String?) throws {
        let dimension = try #require(Self.dimension(.language, ["pt", "zh-Hant"]))
        #expect(Self.part(dimension, value) == expected)
    }

    @Test("is for everything else what it says, byte for byte")
    func others() throws {
        let dimension = try #require(Self.dimension(.organisation, ["acme", "acme-labs"]))
        #expect(Self.part(dimension, "acme") == "acme")
        #expect(Self.part(dimension, "acme-labs") == "acme-labs")
        for value in ["Acme", "acme-", "acme-labs-2", "acm", "", "\u{e9}"] {
            #expect(Self.part(dimension, value) == nil, "\(value)")
        }
    }

    @Test("is one of the plan's parts or none, whatever is sent, as a plainer reading of it says")
    func twin() {
        var found = 0
        repeated(seeds: 200) { seed, _ in
            var generator = SeededGenerator(seed: seed)
            let alphabet = Array("abAB-".utf8)
            func text(_ most: Int) -> String {
                let count = Int(generator.next() % UInt64(most))
                return String(decoding: (0..<count).map { _ in alphabet[Int(generator.next() % 5)] }, as: UTF8.self)
            }
            let parts = (0..<6).map { _ in text(5) }.filter { Name($0) != nil } + ["b"]
            for kind in Stratum.Dimension.allCases {
                let dimension = try #require(Self.dimension(kind, parts))
                for _ in 0..<20 {
                    let value = text(9)
                    let part = Self.part(dimension, value)
                    try #require(part == Self.plain(kind, dimension.parts.map(\.text), value), "\(kind) \(value)")
                    found += part == nil ? 0 : 1
                }
                // What is longer than any name is none of them, however it begins.
                try #require(Self.part(dimension, "b" + String(repeating: "-a", count: 64)) == nil)
            }
        }
        #expect(found > 500 || seeds(200).count == 1)
    }

    /// The same by texts: all beginnings that end before a hyphen, the longest first.
    private static func plain(_ dimension: Stratum.Dimension, _ parts: [String], _ value: String) -> String? {
        guard dimension == .language else { return parts.first { $0 == value } }
        let subtags = value.split(separator: "-", omittingEmptySubsequences: false)
        for count in stride(from: subtags.count, to: 0, by: -1) {
            let tag = subtags.prefix(count).joined(separator: "-").lowercased()
            if !tag.isEmpty, let part = parts.first(where: { $0.lowercased() == tag }) { return part }
        }
        return nil
    }

    @Test("leaves to other whatever is in no part, where the plan asks for it, and counts every request once")
    func other() {
        repeated(seeds: 100) { seed, _ in
            var generator = SeededGenerator(seed: seed)
            let hasOther = generator.oneIn(2)
            let quotas = [name("en"): 1, name("sw"): 1].merging(
                hasOther ? [name("other"): 1] : [:], uniquingKeysWith: { one, _ in one })
            let uses = Stratum(dimension: .use, quotas: [name("care"): 1])
            let plan = layout([], strata: [Stratum(dimension: .language, quotas: quotas), uses])
            var content = SignalContent()
            var expected: [String: Int] = [:]
            for number in 0..<40 {
                let said = ["en", "sw", "xx", nil][Int(generator.next() % 4)]
                let stratum = plan.stratum { $0.dimension == .language ? said.map { name($0) } : nil }
                content.add(key(number, stratum: stratum, plan), plan)
                let part = said == "en" || said == "sw" ? said : hasOther ? "other" : nil
                if let part { expected[part, default: 0] += 1 }
            }
            var book = ledger(plan)
            _ = try book.take(batch(0, from: monday, to: monday + 1, content, plan), at: monday + 1)
            let counted = book.seen().strata.filter { $0.dimension == "language" && $0.requests > 0 }
            try #require(Dictionary(uniqueKeysWithValues: counted.map { ($0.part.text, $0.requests) }) == expected)
        }
    }
}
