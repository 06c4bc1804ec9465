import PlanFiles
import StageControl
import StrictJSON
import Testing

@Suite("A plan file")
struct SourceTests {
    private let text = """
        # A comment.
        apiVersion: x

        spec:
          stages:
            - name: one
              bake: {min: 1d,
                     max: 2d}
            - {name: two}
          "quoted key":
            'a.b': |
              5
        """

    @Test("says in which line every field stands")
    func lines() throws {
        let source = try source(self.text)
        let expected = [
            "": 2, "apiVersion": 2, "spec": 4, "spec.stages": 5, "spec.stages[0]": 6, "spec.stages[0].name": 6,
            "spec.stages[0].bake": 7, "spec.stages[0].bake.min": 7, "spec.stages[0].bake.max": 8, "spec.stages[1]": 9,
            "spec.stages[1].name": 9, "spec[\"quoted key\"]": 10, "spec[\"quoted key\"][\"a.b\"]": 11,
        ]
        #expect(
            Dictionary(uniqueKeysWithValues: source.lines.map { ($0.key.description, $0.value) }) == expected)
        #expect(source.value["spec"]?["quoted key"] == ["a.b": "5\n"])
        let missing = try #require(FieldPath("spec.stages[1].bake.min"))
        #expect(source.line(of: missing) == 9)
    }

    @Test("says the same lines of JSON")
    func json() throws {
        let text = """
            {
              "spec": {"stages": [
                {"name": "one"},
                {"name":
                  "two", "bake": {"min": "1d"}}
              ]}
            }
            """
        let source = try source(text, .json)
        let expected = [
            "": 1, "spec": 2, "spec.stages": 2, "spec.stages[0]": 3, "spec.stages[0].name": 3, "spec.stages[1]": 4,
            "spec.stages[1].name": 4, "spec.stages[1].bake": 5, "spec.stages[1].bake.min": 5,
        ]
        #expect(
            Dictionary(uniqueKeysWithValues: source.lines.map { ($0.key.description, $0.value) }) == expected)
        #expect(try PlanFile.source(of: Array(text.utf8), .yaml).value == source.value)
    }

    @Test(
        "is JSON by its name, or without a telling one by its first brace",
        arguments: [
            ("plan.json", "a: 1", PlanFile.Format.json), ("plan.yaml", "{\"a\": 1}", .yaml), ("plan.yml", "{}", .yaml),
            ("-", " \n{\"a\": 1}", .json), ("-", "a: {}", .yaml), ("plan", "", .yaml),
        ])
    func format(name: String, text: String, expected: PlanFile.Format) {
        #expect(PlanFile.Format(of: name, Array(text.utf8)) == expected)
    }

    @Test("is read in full up to its limits, and quickly", .timeLimit(.minutes(10)))
    func large() throws {
        var text = "a:\n"
        while text.utf8.count < PlanFile.maximumBytes - 40 { text += "  - {name: n, value: 1, list: [x, y]}\n" }
        #expect(try source(text)["a"]?.arrayValue?.count ?? 0 > 6_000)
    }
}
