/// Where something stands in a plan's document, written `spec.stages[2].bake.min`.
public struct FieldPath: Hashable, Sendable {
    /// One step down into a document.
    public enum Step: Hashable, Sendable {
        /// Into the member of an object with this name.
        case member(String)
        /// Into the element of a list at this place, counted from 0.
        case element(Int)
    }

    /// The steps from the top of the document.
    public private(set) var steps: [Step]

    /// The whole document.
    public static let document = FieldPath(steps: [])

    /// The place that these steps lead to.
    public init(steps: [Step]) { self.steps = steps }

    /// The member with this name below.
    public subscript(name: String) -> FieldPath { FieldPath(steps: self.steps + [.member(name)]) }

    /// The element at this place below.
    public subscript(index: Int) -> FieldPath { FieldPath(steps: self.steps + [.element(index)]) }

    /// What this is a part of; nil for the whole document.
    public var parent: FieldPath? { self.steps.isEmpty ? nil : FieldPath(steps: self.steps.dropLast()) }

    /// The place itself and everything that it is a part of, to the whole document.
    var outwards: UnfoldFirstSequence<FieldPath> { sequence(first: self, next: \.parent) }
}

extension FieldPath: CustomStringConvertible, LosslessStringConvertible {
    /// The text form; empty for the whole document. A name with other characters than letters, digits, `-`, `_` and
    /// `/` is quoted: `metadata.labels["a.b"]`.
    public var description: String {
        self.steps.reduce(into: "") { text, step in
            switch step {
            case .element(let index): text += "[\(index)]"
            case .member(let name) where Self.isPlain(name): text += text.isEmpty ? name : ".\(name)"
            case .member(let name): text += "[\"" + name.flatMap { #""\"#.contains($0) ? ["\\", $0] : [$0] } + "\"]"
            }
        }
    }

    /// Reads the text form; nil for anything else.
    public init?(_ description: String) {
        var (steps, rest) = ([Step](), description[...])
        while let first = rest.first {
            if first == "[" {
                rest.removeFirst()
                guard let step = Self.bracketed(&rest) else { return nil }
                steps.append(step)
                continue
            }
            if !steps.isEmpty {
                guard first == "." else { return nil }
                rest.removeFirst()
            }
            let name = rest.prefix { Self.isPlain($0) }
            guard !name.isEmpty else { return nil }
            steps.append(.member(String(name)))
            rest = rest[name.endIndex...]
        }
        self.init(steps: steps)
    }

    /// What stands between brackets, of which the first is already taken.
    private static func bracketed(_ rest: inout Substring) -> Step? {
        guard rest.first == "\"" else {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            guard rest.popFirst() == "]" else { return nil }
            return Int(digits).map { .element($0) }
        }
        rest.removeFirst()
        var name = ""
        while let next = rest.popFirst(), next != "\"" {
            guard let character = next == "\\" ? rest.popFirst() : next else { return nil }
            name.append(character)
        }
        return rest.popFirst() == "]" ? .member(name) : nil
    }

    private static func isPlain(_ name: String) -> Bool { !name.isEmpty && name.allSatisfy { self.isPlain($0) } }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_/".contains(character))
    }
}
