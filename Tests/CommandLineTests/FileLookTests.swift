import Foundation
import Logging
import NIOConcurrencyHelpers
import ReleaseModel
import SluiceTesting
import Telemetry
import Testing
import Upstreams

@testable import sluice

@Suite("Files that are watched")
struct FileLookTests {
    private let folder: TemporaryDirectory

    init() throws { self.folder = try TemporaryDirectory("watched") }

    private var path: String { "\(self.folder.path)/key" }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: self.path))
    }

    /// What is counted and said while files are looked at.
    private final class Diary: Sendable {
        private let text = NIOLockedValueBox<[String]>([])
        private let readings = NIOLockedValueBox(0)

        var lines: [String] { self.text.withLockedValue { $0 } }
        var reads: Int { self.readings.withLockedValue { $0 } }
        func noteRead() { self.readings.withLockedValue { $0 += 1 } }
        func forget() { self.text.withLockedValue { $0 = [] } }

        var logger: Logger {
            Logger(label: "test") { label in
                JSONLogHandler(
                    label: label,
                    sink: LogSink { line in
                        let text = String(decoding: line, as: UTF8.self)
                        self.text.withLockedValue { $0.append(text) }
                    })
            }
        }
    }

    /// Counts how often it is read.
    private struct Counted: Reloadable {
        let file: SecretFile
        let diary: Diary

        var title: String { self.file.title }
        var paths: [String] { self.file.paths }
        func reload() -> Reload {
            self.diary.noteRead()
            return self.file.reload()
        }
    }

    private func secret(_ owner: SecretFile.Owner = .upstream("pool")) -> SecretFile {
        SecretFile(path: self.path, owner: owner, credential: UpstreamCredential(.bearer("one")))
    }

    /// Later than any stamp is young.
    private var later: Int64 { WallClock.milliseconds() + 60_000 }

    @Test("give another key from then on, and keep the old one while they hold none")
    func secrets() async throws {
        let (file, diary) = (self.secret(), Diary())
        let look = FileLook(at: [file], logger: diary.logger)
        let first = file.credential.generation
        for text in ["", " \n", "one\n"] {
            try self.write(text)
            await look.look()
            #expect(file.credential.current == .bearer("one") && file.credential.generation == first)
        }
        try FileManager.default.removeItem(atPath: self.path)
        await look.look()
        #expect(file.credential.current == .bearer("one"))
        try self.write("two and what follows\n")
        await look.look()
        #expect(file.credential.current == .bearer("two") && file.credential.generation != first)
        #expect(!diary.lines.joined().contains("two and"))
        #expect(diary.lines.last?.contains("the key of the upstream pool was replaced") == true)
    }

    @Test("are not read while they rest, and are when they were written, replaced or touched")
    func stamps() async throws {
        let diary = Diary()
        let look = FileLook(at: [Counted(file: self.secret(), diary: diary)], logger: diary.logger)
        try self.write("one\n")
        for _ in 0..<5 { await look.look(at: self.later) }
        #expect(diary.reads == 1)
        try self.write("two\n")
        for _ in 0..<5 { await look.look(at: self.later) }
        #expect(diary.reads == 2)
        // The same text in another file, moved over the first one as a deployment does.
        try Data("two\n".utf8).write(to: URL(filePath: self.path + ".new"))
        let moved = unsafe rename(self.path + ".new", self.path)
        #expect(moved == 0)
        for _ in 0..<5 { await look.look(at: self.later) }
        #expect(diary.reads == 3)
        try FileManager.default.removeItem(atPath: self.path)
        for _ in 0..<5 { await look.look(at: self.later) }
        #expect(diary.reads == 4)
    }

    @Test("are read again while they are so young that a later write could look the same")
    func young() async throws {
        let diary = Diary()
        let look = FileLook(at: [Counted(file: self.secret(), diary: diary)], logger: diary.logger)
        try self.write("one\n")
        let now = WallClock.milliseconds()
        for _ in 0..<3 { await look.look(at: now) }
        #expect(diary.reads == 3)
        await look.look(at: self.later)
        await look.look(at: self.later)
        #expect(diary.reads == 4)
        #expect(diary.lines.isEmpty, "nothing is said of what has not changed")
    }

    @Test("tell a fault once, and again to whoever asks")
    func faults() async throws {
        let (file, diary) = (self.secret(.collector), Diary())
        let look = FileLook(at: [file], logger: diary.logger)
        try self.write("")
        for _ in 0..<3 { await look.look() }
        #expect(diary.lines.count == 1)
        #expect(diary.lines[0].contains("the key of the collector cannot be used; the old one stays"))
        #expect(diary.lines[0].contains("is empty") && diary.lines[0].contains("\"error\""))
        await look.look(isAsked: true)
        #expect(diary.lines.count == 2)
        try self.write("one\n")
        await look.look(at: self.later)
        diary.forget()
        await look.look(isAsked: true, at: self.later)
        #expect(diary.lines.count == 1 && diary.lines[0].contains("the key of the collector is the one in use"))
        try self.write("")
        await look.look(at: self.later)
        #expect(diary.lines.count == 2, "the same fault after a good time is news")
    }

    @Test("are said to be none, to whoever asks")
    func none() async {
        let diary = Diary()
        let look = FileLook(at: [], logger: diary.logger)
        await look.look()
        #expect(diary.lines.isEmpty)
        await look.look(isAsked: true)
        #expect(diary.lines.count == 1 && diary.lines[0].contains("nothing to reload"))
    }
}
