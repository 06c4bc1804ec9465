/// The values that a label may have: a closed set, so that a page can never grow by what a caller sends.
public protocol MetricLabel: CaseIterable, Hashable, Sendable {
    /// What stands on the page for this case; never renamed.
    var labelValue: String { get }
    /// The place of this case among all of them.
    var ordinal: Int { get }
}

extension MetricLabel {
    /// Found by looking; a label that is used for every request may know it instead.
    public var ordinal: Int {
        var place = 0
        for value in Self.allCases {
            if value == self { return place }
            place += 1
        }
        return 0
    }
}

extension MetricLabel where Self: RawRepresentable<String> {
    /// The raw value.
    public var labelValue: String { self.rawValue }
}

/// One handle for every value of a label; with several labels, one inside the other: `requests[.openAI][.served]`.
public struct Labeled<Label: MetricLabel, Handle: Sendable>: Sendable {
    private let handles: [Handle]

    /// Makes a handle for each value.
    public init(_ make: (Label) -> Handle) {
        self.handles = Label.allCases.map { make($0) }
    }

    /// The handle of one value.
    public subscript(_ label: Label) -> Handle { self.handles[label.ordinal] }
}

/// One handle for every word of a list that was fixed at the start; for codes that another module owns.
///
/// A word that is not in the list is counted as `other`, so that the page stays closed and nothing is lost.
public struct Worded<Handle: Sendable>: Sendable {
    /// What stands on the page for words that are not in the list.
    public static var otherWord: String { "other" }

    private let handles: [String: Handle]
    private let other: Handle

    /// Makes a handle for each word, and one for all others.
    public init(_ words: [String], _ make: (String) -> Handle) {
        let other = make(Self.otherWord)
        self.other = other
        self.handles = Dictionary(words.map { ($0, $0 == Self.otherWord ? other : make($0)) }) { first, _ in first }
    }

    /// The handle of a word.
    public subscript(_ word: String) -> Handle { self.handles[word] ?? self.other }
}
