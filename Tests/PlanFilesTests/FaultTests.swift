import PlanFiles
import Testing

@Suite("A file that is no plan's")
struct FaultTests {
    @Test("is refused for what it is written in, at its place")
    func encodings() {
        #expect(
            faults([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)) == [
                "1:1: the file begins with a byte order mark; save it as UTF-8 without one [encoding]"
            ])
        for bytes: [UInt8] in [
            [0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61], [0x61, 0, 0x3A, 0], [0, 0x61, 0, 0x3A],
        ] {
            #expect(faults(bytes) == ["1:1: the file is UTF-16; save it as UTF-8 [encoding]"])
        }
        #expect(
            faults(Array("a: 1\nbé: ".utf8) + [0xE9, 0x0A]) == [
                "2:5: the file is not UTF-8 from here on; save it as UTF-8 [encoding]"
            ])
    }

    @Test("is refused for characters that nobody sees")
    func characters() {
        let hidden = [
            ("a: 1\u{7}", "1:5", "U+0007"), ("a: b\u{2028}c: d", "1:5", "U+2028"), ("a: 1\rb: 2", "1:5", "U+000D"),
            ("a: 1\nb: \u{202E}cba", "2:4", "U+202E"), ("\u{200B}a: 1", "1:1", "U+200B"), ("a: 1\r", "1:5", "U+000D"),
            ("é: \u{85}", "1:4", "U+0085"), ("a: 1 # \u{2066}", "1:8", "U+2066"),
        ]
        for (text, place, code) in hidden {
            let found = faults(text)
            #expect(found.count == 1 && found[0].hasPrefix("\(place): the character \(code) "), "\(found)")
            #expect(found.first?.hasSuffix("[character]") == true)
        }
        #expect(faults("a: 1\r\nb: 2\r\n") == [])
        #expect(faults("a: naïve — ζ 漢 👩‍💻\n") == [])
    }

    @Test("is refused for tabs in front of a line, and not for others")
    func tabs() {
        #expect(faults("a:\n\tb: 1") == ["2:1: a tab indents this line; indent by blanks alone [tab]"])
        #expect(faults("a:\n  b:\n  \tc: 1") == ["3:3: a tab indents this line; indent by blanks alone [tab]"])
        #expect(faults("a: \"b\tc\"\t# d\te") == [])
        #expect(faults("{\n\t\"a\": 1\n}", .json) == [])
    }

    @Test("is refused if it is empty", arguments: ["", " \n\n", "# nothing\n", "---\n", "~", "null\n...\n"])
    func empty(text: String) {
        #expect(faults(text) == ["the file is empty; expected a plan [empty]"])
    }

    @Test("is refused if it is too large, and taken if it is not by a byte")
    func size() {
        let line = "a: 1 #"
        let most =
            Array(line.utf8) + Array(repeating: UInt8(ascii: "."), count: PlanFile.maximumBytes - line.utf8.count)
        #expect(faults(most) == [])
        #expect(
            faults(most + [0x2E]) == [
                "the file has more than 262144 bytes, the most that a plan may have [too-large]"
            ])
    }

    @Test("is refused if it holds two documents")
    func documents() {
        #expect(
            faults("a: 1\n---\nb: 2\n") == [
                "2:1: another document begins here; a file holds one plan [several-documents]"
            ])
        #expect(faults("---\na: 1\n...\n") == [])
    }

    @Test("is refused for keys that are there twice, each with both lines, and all of them at once")
    func duplicateKeys() {
        #expect(
            faults("a: 1\nb: 2\na: 3") == [
                "3:1: the key a is there in line 1 already; keep one [duplicate-key]"
            ])
        let text = """
            spec:
              stages:
                - {name: a, 'bake': 1, "bake": 2, name: b}
                - name: c
                  name: d
                  name: e
              stages: []
            apiVersion: !v 1
            """
        #expect(
            faults(text) == [
                "3:28: the key bake is there in line 3 already; keep one [duplicate-key]",
                "3:39: the key name is there in line 3 already; keep one [duplicate-key]",
                "5:7: the key name is there in line 4 already; keep one [duplicate-key]",
                "6:7: the key name is there in line 4 already; keep one [duplicate-key]",
                "7:3: the key stages is there in line 2 already; keep one [duplicate-key]",
                "8:13: a type is given by hand; leave it out, and quote what is text [tag]",
            ])
        #expect(faults("1: a\n'1': b").count == 1)
        let many = (0..<100).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(faults(many).allSatisfy { $0.hasSuffix("[duplicate-key]") } && !faults(many).isEmpty)
    }

    @Test("is refused for anchors, aliases and merge keys")
    func aliases() {
        let reason = "an anchor or alias stands here; neither is read, so write out what is meant [alias]"
        #expect(faults("a: &x 1\nb: *x") == ["2:4: \(reason)"])
        #expect(faults("a: &x 1\nb: 2") == ["1:4: \(reason)"])
        #expect(faults("a: *x") == ["1:4: \(reason)"])
        #expect(faults("&x a: 1") == ["1:1: \(reason)"])
        #expect(faults("a: [&x b, &y c]") == ["1:5: \(reason)", "1:11: \(reason)"])
        #expect(
            faults("a:\n  <<: {b: 1}") == [
                "2:3: a merge key stands here; it is not read, so write out what is meant [alias]"
            ])
        // Texts that only look like it.
        #expect(faults("a: \"severity == 'critical' && category == 'cbrn'\"") == [])
        #expect(faults("a: \"Tom &Jerry\" # &y\nb: R&D *x") == [])
    }

    @Test("that stands for a billion elements is refused before anybody counts them", .timeLimit(.minutes(10)))
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
        }
        #expect(faults(text + "? *a12\n: 1\n").map { $0.prefix(4) } == ["2:10"])
    }

    @Test("is refused if it is nested too deeply, by whatever", .timeLimit(.minutes(10)))
    func depth() {
        let deep = PlanFile.maximumDepth
        func nested(_ depth: Int) -> String {
            "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(faults(nested(deep - 1)) == [])
        #expect(
            faults(nested(deep + 1)) == [
                "1:\(deep + 4): objects and lists are nested more than \(deep) deep [too-deep]"
            ])
        for text in [
            String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 60_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
            (0..<700).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), nested(900),
        ] {
            let found = faults(text)
            #expect(found.count == 1, "\(found)")
        }
        let json = String(repeating: "[", count: deep + 1) + String(repeating: "]", count: deep + 1)
        #expect(
            faults(json, .json) == [
                "1:\(deep + 1): objects and lists are nested more than \(deep) deep [too-deep]"
            ])
    }

    @Test("is refused for types that are given by hand, and for keys that are no text")
    func tags() {
        let reason = "a type is given by hand; leave it out, and quote what is text [tag]"
        #expect(faults("a: !!int \"3\"\nb: !x [1]") == ["1:4: \(reason)", "2:4: \(reason)"])
        #expect(faults("!!str a: 1") == ["1:1: \(reason)"])
        #expect(faults("a: '!important'\nb: wow!") == [])
        let key = "a key is a text, and this is none [key]"
        #expect(faults("{[a]: 1, ? {b: c} : 3}") == ["1:2: \(key)", "1:12: \(key)"])
        #expect(faults("?\n: 2").map { $0.hasSuffix(key) } == [true])
    }

    @Test(
        "is refused for its grammar, with what is probably meant",
        arguments: [
            ("a: b: c", "1:5", "a text with a colon in it is quoted"),
            ("a: 1\n  b: 2", "2:4", "a key stands on one line"), ("a:\n  - 1\n - 2", "3:2", "indented"),
            ("a:\n  b: 1\n c: 2", "3:2", "indented"), ("a: [1, 2", "2:1", "a list in brackets is not closed"),
            ("a: {b: 1", "2:1", "an object in braces is not closed"), ("a: \"b\nc: 1", "3:1", "a quote is not closed"),
            ("a: @b", "1:4", "begins with @"), ("a\nb: 1", "2:2", "not YAML"), ("a: \"\\q\"", "1:5", "unknown escape"),
        ])
    func grammar(text: String, place: String, advice: String) {
        let found = faults(text)
        #expect(found.count == 1 && found[0].hasPrefix("\(place): not YAML: ") && found[0].contains(advice), "\(found)")
        #expect(found.first?.hasSuffix("[syntax]") == true)
    }

    @Test("of JSON is refused by the house's strict reader, with line and column")
    func json() {
        #expect(
            faults("{\n  \"a\": 1,\n  \"é\": {\"x\": 0},\n  \"\\u0061\": 2\n}", .json) == [
                "4:3: the key a is there in line 2 already; keep one [duplicate-key]"
            ])
        #expect(
            faults("{\"é\": 1, \"e\u{301}\": 2}", .json) == [
                "1:10: the key e\u{301} is there in line 1 already; keep one [duplicate-key]"
            ])
        #expect(
            faults("{\"a\":\n [1,]}", .json) == [
                "2:4: A comma stands before a closing bracket; remove it [syntax]"
            ])
        #expect(faults("{\"a\": 1} x", .json).map { $0.hasPrefix("1:10: ") } == [true])
        #expect(faults("{\"a\": 1e999}", .json).map { $0.hasPrefix("1:7: ") } == [true])
        #expect(faults(" \n", .json) == ["the file is empty; expected a plan [empty]"])
    }

    @Test("has rules whose names are all their own")
    func names() {
        #expect(PlanFileFault.Rule.allCases.allSatisfy { $0.rawValue.allSatisfy { $0.isLowercase || $0 == "-" } })
    }
}
