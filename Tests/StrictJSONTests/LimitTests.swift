import StrictJSON
import Testing

@Suite("The limits of a JSON scan")
struct LimitTests {
    private func fault(_ text: String, limits: JSONLimits = .standard) -> JSONFault.Reason? {
        do {
            _ = try JSONValue(parsing: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("let 64 levels in and not 65", arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")])
    func depth(open: String, close: String) {
        let levels = open.hasPrefix("[{") ? 2 : 1
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth / levels) + "1" + String(repeating: close, count: depth / levels)
        }
        #expect(self.fault(nested(64)) == nil)
        #expect(self.fault(nested(64 + levels)) == .depthExceeded)
        #expect(self.fault(nested(100_000)) == .depthExceeded)
    }

    @Test("never exceed 64 levels, whatever is asked")
    func clamps() {
        #expect(JSONLimits(maximumDepth: 1000).maximumDepth == 64)
        #expect(JSONLimits(maximumDepth: 0).maximumDepth == 1)
        #expect(self.fault("[[1]]", limits: JSONLimits(maximumDepth: 1)) == .depthExceeded)
    }

    @Test("refuse a text that is one byte too large")
    func size() {
        #expect(self.fault("[1234]", limits: JSONLimits(maximumBytes: 6)) == nil)
        #expect(self.fault("[12345]", limits: JSONLimits(maximumBytes: 6)) == .tooLarge)
        #expect(self.fault(String(repeating: " ", count: 10 * 1024 * 1024) + "1") == .tooLarge)
    }

    @Test("let 100,000 keys in, and still find the one that is there twice")
    func manyKeys() throws {
        let members = (0..<100_000).map { "\"key-\($0)\":\($0)" }
        let value = try JSONValue(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        #expect(value.objectValue?.count == 100_000)
        #expect(self.fault("{\(members.joined(separator: ",")),\"key-\\u0037\":0}") == .duplicateKey)
    }
}

@Suite("A duplicate key")
struct DuplicateKeyTests {
    private func fault(_ text: String) -> JSONFault.Reason? {
        do {
            _ = try JSONValue(parsing: Array(text.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("is refused at every depth", arguments: 0..<63)
    func depths(depth: Int) {
        for (open, close) in [("[", "]"), (#"{"x":"#, "}"), (#"{"y":1,"x":"#, #","z":2}"#)] {
            let text = { (inner: String) in
                String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            }
            #expect(self.fault(text(#"{"x":1,"y":2}"#)) == nil)
            #expect(self.fault(text(#"{"x":1,"x":2}"#)) == .duplicateKey)
        }
    }

    @Test(
        "is found however it is escaped",
        arguments: [
            (#"model"#, #"\u006dodel"#), ("model", #"mode\u006C"#), ("a/b", #"a\/b"#), ("é", #"\u00e9"#),
            ("😀", #"\ud83d\uDE00"#),
            (#"\n"#, #"\u000A"#), (#"\""#, #"\u0022"#), (#"\\"#, #"\u005c"#), ("", ""), (#"\u0000"#, #"\u0000"#),
            ("sixteen-bytes-ok", #"sixteen-b\u0079tes-ok"#),
        ])
    func escapes(first: String, second: String) {
        #expect(self.fault("{\"\(first)\":1,\"\(second)\":2}") == .duplicateKey)
        #expect(self.fault("{\"\(second)\":1,\"\(first)\":2}") == .duplicateKey)
        #expect(self.fault("[{\"\(first)\":1},{\"\(second)\":2}]") == nil)
    }

    @Test(
        "is found with values of any kind between, and among any number of keys",
        arguments: [2, 15, 16, 17, 18, 40, 500])
    func counts(count: Int) {
        let values = ["1", "[]", "{}", #"{"k0":{"k0":1}}"#, "[[{\"k1\":2}]]", "null"]
        let members = (0..<count).map { "\"k\($0)\":\(values[$0 % values.count])" }
        #expect(self.fault("{\(members.joined(separator: ","))}") == nil)
        for twin in [0, count / 2, count - 1] {
            #expect(self.fault("{\(members.joined(separator: ",")),\"k\(twin)\":0}") == .duplicateKey)
        }
    }

    @Test("does not leak from a large object into the ones around it")
    func nesting() {
        let inner = (0..<30).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let outer = (0..<30).map { "\"k\($0)\":{\(inner)}" }.joined(separator: ",")
        #expect(self.fault("{\(outer)}") == nil)
        #expect(self.fault("{\(outer),\"k9\":1}") == .duplicateKey)
    }

    @Test("is also one that is only canonically equivalent, for a document")
    func equivalence() {
        #expect(self.fault("{\"e\u{301}\":1,\"\u{E9}\":2}") == .duplicateKey)
    }
}
