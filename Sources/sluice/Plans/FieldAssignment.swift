import ArgumentParser
import PlanFiles
import StageControl
import StrictJSON

/// A field and what it is to be, as an option says it: `stages[0].bake.min=7d`.
struct FieldAssignment: Hashable {
    /// What to write, for messages.
    static let rule = "FIELD=VALUE such as model=aurora or stages[0].bake={min: 7d}; VALUE null leaves the field out"

    /// The field as it was said.
    var name: String
    /// Where it is in the document: below `spec` if it names none of the fields beside that.
    var path: FieldPath
    /// What it is to be, as it was said.
    var text: String
    /// What it is to be, read as YAML.
    var value: JSONValue

    static func option(_ text: String) throws -> FieldAssignment {
        guard let sign = text.firstIndex(of: "="), let path = FieldPath(String(text[..<sign])), !path.steps.isEmpty
        else { throw ValidationError("'\(text)' is not \(Self.rule)") }
        let value = String(text[text.index(after: sign)...])
        return FieldAssignment(
            name: String(text[..<sign]), path: Self.place(path), text: value, value: try Self.value(value, of: text))
    }

    private static func place(_ path: FieldPath) -> FieldPath {
        let outside: [FieldPath.Step] = ["apiVersion", "kind", "metadata", "spec"].map { .member($0) }
        guard let first = path.steps.first, !outside.contains(first) else { return path }
        return FieldPath(steps: [.member("spec")] + path.steps)
    }

    private static func value(_ text: String, of option: String) throws -> JSONValue {
        guard text != "null" else { return .null }
        do throws(PlanFileFaults) {
            return try PlanFile.source(of: Array(text.utf8)).value
        } catch {
            throw ValidationError(
                "'\(option)': \(error.faults.map(\.reason).joined(separator: "; ")); write \(Self.rule)")
        }
    }
}
