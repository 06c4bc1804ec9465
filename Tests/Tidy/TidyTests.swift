import Testing

/// The house style, held by the repository's own files. That each rule can fail is shown in `Samples`.
@Suite("The repository")
struct TidyTests {
    private let repository = Repository.here

    @Test("is found whole")
    func isFound() {
        #expect(self.repository.paths.isSuperset(of: ["Package.swift", "Sources", "Tests/Tidy/TidyTests.swift"]))
        #expect(self.repository.sources.count > 20)
    }

    @Test("has no Swift line wider than 120 columns")
    func lines() { expectNone(self.repository.swift.flatMap { Sizes.longLines($0.file) }) }

    @Test("has no Swift file longer than 400 lines")
    func fileLengths() { expectNone(self.repository.swift.flatMap { Sizes.longFiles($0.file) }) }

    @Test("has no function longer than 70 lines")
    func functions() { expectNone(self.repository.swift.flatMap { Sizes.longFunctions($0) }) }

    @Test("imports downwards only")
    func imports() { expectNone(self.repository.swift.flatMap { Rooms.forbiddenImports($0) }) }

    @Test("writes nothing that takes the process down, and reads no clock in its rules")
    func expressions() { expectNone(self.repository.sources.flatMap { Expressions.find($0) }) }

    @Test("documents every public declaration of its words, rules and wire formats")
    func documentation() { expectNone(self.repository.sources.flatMap { Documentation.missing($0) }) }

    @Test("leaves nothing for later")
    func leftForLater() { expectNone(self.repository.swift.flatMap { Wording.leftForLater($0.file) }) }

    @Test("names types and files for what they are")
    func names() { expectNone(self.repository.swift.flatMap { Wording.emptyNames($0) }) }

    @Test("explains every promise that no compiler checks")
    func promises() { expectNone(self.repository.sources.flatMap { UncheckedPromises.unexplained($0) }) }

    @Test("makes no more unchecked promises than before")
    func promiseCount() { expectNone(UncheckedPromises.tooMany(self.repository.sources)) }

    @Test("writes every decision in the five parts and numbers them without a gap")
    func decisions() { expectNone(Decisions.check(self.repository.files)) }

    @Test("links only to what is there")
    func links() {
        let pages = self.repository.files.filter { $0.path.hasSuffix(".md") }
        let byPath = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0) })
        expectNone(pages.flatMap { Links.broken($0, paths: self.repository.paths, pages: byPath) })
    }

    @Test("names no folder of one machine")
    func machinePaths() { expectNone(self.repository.files.flatMap { Wording.machinePaths($0) }) }

    @Test("uses every snapshot that it keeps")
    func snapshots() { expectNone(Snapshots.unused(self.repository.files)) }
}
