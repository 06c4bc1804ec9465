import ReleaseModel

/// Names and digests that generated worlds are made of.
enum Sample {
    static let modelNames = ["aurora", "borealis", "corona", "dawn"].compactMap { Name($0) }
    static let versionNames = Self.modelNames.map { model in (1...3).compactMap { Name("\(model)-\($0)") } }
    static let names = ["first", "second", "third", "fourth"].compactMap { Name($0) }
    static let uses = ["chat", "search", "triage"].compactMap { Name($0) }
    static let regions = ["eu", "us"].compactMap { Name($0) }
    static let kinds = ["risk-assessment", "red-team-report"].compactMap { Name($0) }
    static let upstream = Self.names[0]
    /// Texts that no model or version is called: some could be, some are no names.
    static let strangers = ["ember", "aurora-9", "Aurora", "", " aurora", "aurora ", "ein Modell", "-", "\u{0}"]
    static let digests = (1...32).compactMap { ContentDigest(bytes: repeatElement(UInt8($0), count: 32)) }
    /// A key that nobody has.
    static let strangeKey = KeyID("nobody00".utf8)
}
