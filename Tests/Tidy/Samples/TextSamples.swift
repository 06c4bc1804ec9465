import Testing

@Suite("A rule about text")
struct TextSamples {
    @Test(
        "finds names that say nothing",
        arguments: ["struct StringUtils {}", "final class KeyManager {", "enum Helpers {}"])
    func emptyNames(line: String) {
        #expect(Wording.emptyNames(SwiftFile("Sources/Quota/Sample.swift", line)).map(\.line) == [1])
    }

    @Test("finds files whose names say nothing, and takes no part of a word for one")
    func emptyFileNames() {
        #expect(Wording.emptyNames(SwiftFile("Sources/Quota/StringUtils+Bytes.swift", "")).count == 1)
        #expect(Wording.emptyNames(SwiftFile("Sources/Quota/Utilitarian.swift", "struct Implied {}\n")).isEmpty)
        #expect(Wording.emptyNames(SwiftFile("Sources/Quota/A.swift", "import NIOConcurrencyHelpers\n")).isEmpty)
    }

    @Test("finds work that was left for later")
    func leftForLater() {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        let text = marks.map { "// \($0): finish" }.joined(separator: "\n") + "\n// XX" + "XX and meTO" + "DO\n"
        #expect(Wording.leftForLater(TextFile("a.swift", text)).map(\.line) == [1, 2, 3])
    }

    @Test("finds folders of one machine")
    func machinePaths() {
        let (work, root) = ("/wo" + "rk/", "/ro" + "ot/")
        let bad = ["see \(work)main", "\"\(root).ssh\"", "(\(work)x)", work]
        let good = ["frame\(work)", "https://example.com\(work)a", "./ro" + "ot/a", "/workshop/"]
        #expect(
            Wording.machinePaths(TextFile("a.md", (bad + good).joined(separator: "\n"))).map(\.line) == [1, 2, 3, 4])
    }

    private func decision(_ name: String, status: String = "accepted", without part: String = "") -> TextFile {
        let parts = Decisions.parts.filter { $0 != part }.map { "## \($0)\nWords.\n" }.joined(separator: "\n")
        return TextFile("docs/decisions/\(name)", "# \(name.prefix(4)) Title\n\n**Status:** \(status)\n\n\(parts)")
    }

    @Test("passes decisions that are whole and in order")
    func goodDecisions() {
        let readme = TextFile("docs/decisions/README.md", "")
        let elsewhere = TextFile("docs/other.md", "")
        let pages = [self.decision("0002-b.md", status: "Superseded by 0001"), self.decision("0001-a.md")]
        #expect(Decisions.check(pages + [readme, elsewhere]).isEmpty)
    }

    @Test("finds a gap, a double number and a file that is no decision")
    func decisionNumbers() {
        #expect(Decisions.check([self.decision("0001-a.md"), self.decision("0003-c.md")]).count == 1)
        #expect(Decisions.check([self.decision("0001-a.md"), self.decision("0001-b.md")]).count == 1)
        #expect(Decisions.check([self.decision("0002-a.md")]).count == 1)
        for name in ["notes.md", "1-a.md", "0001_a.md", "0001-a.txt"] {
            #expect(!Decisions.check([self.decision(name)]).isEmpty, "\(name)")
        }
    }

    @Test("finds a part that is missing, empty or in the wrong place, and an unknown status")
    func decisionParts() {
        for part in Decisions.parts {
            #expect(Decisions.check([self.decision("0001-a.md", without: part)]).count == 1, "\(part)")
        }
        #expect(Decisions.check([self.decision("0001-a.md", status: "perhaps")]).count == 1)
        let whole = self.decision("0001-a.md").text
        let changes = [
            ("# 0001 Title\n", "Title\n"), ("# 0001 ", "# 0002 "), ("## Context\nWords.", "## Context\n"),
            ("## Options", "## Context"), ("## Decision\n", "## Decisions\n"), ("**Status:** ", "Status: "),
            ("**Status:** accepted", ""), ("## Context", "**Status:** draft\n## Context"),
        ]
        for (from, to) in changes {
            #expect(whole.contains(from))
            let page = TextFile("docs/decisions/0001-a.md", whole.replacing(from, with: to))
            #expect(Decisions.check([page]).count == 1, "\(to)")
        }
    }

    private func brokenLinks(_ text: String) -> [Int] {
        let page = TextFile("docs/a/page.md", text)
        let other = TextFile("docs/other.md", "# The Title, with `code`\n\n```\n# No heading\n```\n## Part two\n")
        let paths: Set<String> = ["docs", "docs/a", "docs/a/page.md", "docs/other.md", "docs/a b.png", "README.md"]
        return Links.broken(page, paths: paths, pages: [page.path: page, other.path: other]).map(\.line)
    }

    @Test(
        "finds a link that leads nowhere",
        arguments: [
            "[a](missing.md)", "[a](../missing.md)", "![a](b.png \"title\")", "[a](../../../outside.md)",
            "[a](/README.md)", "[a](../other.md#part-three)", "[a](#nothing)", "[a]: missing.md", "x `c` [a](b.md) `d`",
            "[a](../other.md#no-heading)", "[a](../other.md) and [b](c.md)",
        ])
    func brokenLink(text: String) {
        #expect(self.brokenLinks("# Page\n\n\(text)\n") == [3])
    }

    @Test(
        "follows a link that leads somewhere, and leaves code and addresses alone",
        arguments: [
            "[a](../other.md)", "[a](../other.md#the-title-with-code)", "[a](../other.md#part-two)", "[a](#page)",
            "[a](../../README.md)", "[a](..)", "[a](https://example.com/x.md)", "[a](mailto:a@example.com)",
            "`[a](missing.md)`", "```\n[a](missing.md)\n```", "![a](../a%20b.png)", "[a]: https://example.com", "a](",
        ])
    func goodLink(text: String) {
        #expect(self.brokenLinks("# Page\n\n\(text)\n").isEmpty)
    }

    @Test("finds a snapshot that no test names")
    func snapshots() {
        let test = TextFile("Tests/ATests/ATests.swift", "try expectSnapshot(text, \"used\")\n\"page.html\"\n")
        let elsewhere = TextFile("Tests/BTests/BTests.swift", "\"other\"")
        let files = ["used.txt", "page.html", "other.txt", "used"].map { TextFile("Tests/ATests/Snapshots/\($0)", "") }
        let unused = Snapshots.unused(files + [test, elsewhere]).map(\.path)
        #expect(unused == ["Tests/ATests/Snapshots/other.txt"])
    }

    @Test("leaves out what git does not track")
    func ignored() {
        let names = IgnoredNames("# a\n.build/\n*.sqlite\n*.sqlite-*\n/data/\nPackage.resolved\n")
        for (path, isFolder) in [(".git", true), ("a/.build", true), ("a/b.sqlite", false), ("data", true)] {
            #expect(names.contains(path, name: String(path.split(separator: "/").last ?? ""), isFolder: isFolder))
        }
        for (path, isFolder) in [("a/data", true), (".build", false), ("a.sqlite3", false), (".gitignore", false)] {
            #expect(!names.contains(path, name: String(path.split(separator: "/").last ?? ""), isFolder: isFolder))
        }
    }

    @Test("tells code from comments and strings, byte for byte")
    func blanks() {
        func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
        func blanked(_ text: String) -> String { String(decoding: SwiftCode.blanked(Array(text.utf8)), as: UTF8.self) }
        #expect(blanked("a // b\nc") == "a     \nc")
        #expect(blanked("a /* b /* c */\n d */ e") == "a             \n      e")
        #expect(blanked("f(\"a\\\"b\", c)") == "f(      , c)")
        #expect(blanked("f(#\"a\\(b)\"c\"#, d)") == "f(\(blanks(11)), d)")
        #expect(blanked("\"\\(a(\"x)\") + \")\")\" b") == "\(blanks(19))b")
        #expect(blanked("\"\"\"\n a \"b\"\n \"\"\" c") == "   \n      \n     c")
        #expect(blanked("\"") == " " && blanked("/*") == "  " && blanked("\"\\(") == "   ")
    }
}
