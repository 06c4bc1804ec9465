import ChatWire
import NIOCore
import StrictJSON
import Testing

@Suite("A list of models")
struct ModelListTests {
    private let cards = (0..<5).map {
        ModelCard(id: "m\($0)", created: 1_700_000_000 + Int64($0), displayName: "Model \($0)", ownedBy: "acme")
    }

    @Test("has OpenAI's shape")
    func openAI() {
        let one = #"{"id":"m0","object":"model","created":1700000000,"owned_by":"acme"}"#
        #expect(String(buffer: self.cards[0].body(format: .openAI)) == one)
        #expect(String(buffer: ModelCard.openAIList(of: [self.cards[0]])) == #"{"object":"list","data":[\#(one)]}"#)
        #expect(String(buffer: ModelCard.openAIList(of: [])) == #"{"object":"list","data":[]}"#)
    }

    @Test("has Anthropic's shape")
    func anthropic() throws {
        let one =
            #"{"type":"model","id":"m0","display_name":"Model 0","#
            + #""created_at":"2023-11-14T22:13:20Z","lifecycle":"active"}"#
        #expect(String(buffer: self.cards[0].body(format: .anthropic)) == one)
        let page = try ModelPage(of: [self.cards[0]], afterID: nil, beforeID: nil, limit: nil)
        #expect(String(buffer: page.body) == #"{"data":[\#(one)],"has_more":false,"first_id":"m0","last_id":"m0"}"#)
        let empty = try ModelPage(of: [], afterID: nil, beforeID: nil, limit: "5")
        #expect(String(buffer: empty.body) == #"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#)
    }

    @Test(
        "is cut into pages",
        arguments: [
            (nil, nil, nil, ["m0", "m1", "m2", "m3", "m4"], false), (nil, nil, "2", ["m0", "m1"], true),
            ("m1", nil, "2", ["m2", "m3"], true),
            ("m2", nil, "2", ["m3", "m4"], false), ("m4", nil, nil, [], false), (nil, "m4", "2", ["m2", "m3"], true),
            (nil, "m2", "2", ["m0", "m1"], false), (nil, "m0", nil, [], false),
        ] as [(String?, String?, String?, [String], Bool)])
    func pages(after: String?, before: String?, limit: String?, ids: [String], hasMore: Bool) throws {
        let page = try ModelPage(of: self.cards, afterID: after, beforeID: before, limit: limit)
        #expect(page.cards.map(\.id) == ids)
        #expect(page.hasMore == hasMore)
    }

    @Test("is walked through whole, forwards and backwards", arguments: 1...6)
    func walks(size: Int) throws {
        var forwards: [String] = []
        var after: String?
        repeat {
            let page = try ModelPage(of: self.cards, afterID: after, beforeID: nil, limit: String(size))
            forwards += page.cards.map(\.id)
            after = page.hasMore ? page.cards.last?.id : nil
        } while after != nil
        #expect(forwards == self.cards.map(\.id))
        var backwards: [String] = ["m4"]
        var before: String? = "m4"
        while before != nil {
            let page = try ModelPage(of: self.cards, afterID: nil, beforeID: before, limit: String(size))
            backwards = page.cards.map(\.id) + backwards
            before = page.hasMore ? page.cards.first?.id : nil
        }
        #expect(backwards == self.cards.map(\.id))
    }

    @Test(
        "refuses what is no page, naming the parameter",
        arguments: [
            (nil, nil, "0", "limit"), (nil, nil, "1001", "limit"), (nil, nil, "x", "limit"), (nil, nil, "", "limit"),
            ("no", nil, nil, "after_id"),
            (nil, "no", nil, "before_id"), ("m1", "m3", nil, "before_id"),
        ] as [(String?, String?, String?, String)])
    func refuses(after: String?, before: String?, limit: String?, param: String) {
        let error = #expect(throws: WireError.self) {
            try ModelPage(of: self.cards, afterID: after, beforeID: before, limit: limit)
        }
        #expect(error?.status == 400)
        #expect(error?.param == param)
    }

    @Test(
        "writes times as RFC 3339 does",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (951_868_799, "2000-02-29T23:59:59Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_709_210_096, "2024-02-29T12:34:56Z"), (-1, "1969-12-31T23:59:59Z"), (-86_400, "1969-12-31T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (1_767_225_599, "2025-12-31T23:59:59Z"),
        ])
    func times(seconds: Int64, text: String) {
        let card = ModelCard(id: "m", created: seconds, displayName: "", ownedBy: "")
        #expect(String(buffer: card.body(format: .anthropic)).contains(#""created_at":"\#(text)""#))
    }
}
