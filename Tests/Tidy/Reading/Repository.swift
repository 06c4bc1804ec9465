import Foundation

/// The files of this repository, read once for all rules.
struct Repository: Sendable {
    static let here = Repository()

    let files: [TextFile]
    let swift: [SwiftFile]
    /// All files and folders, also those that are not text.
    let paths: Set<String>

    private init() {
        // The file may be reached through a link, so links are resolved before going up.
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let ignored = IgnoredNames(root.appending(path: ".gitignore"))
        var (files, paths) = ([TextFile](), Set<String>())
        Self.walk(root, "", ignored) { path, url, isFolder in
            paths.insert(path)
            guard !isFolder, let data = try? Data(contentsOf: url), data.count < 4_000_000, !data.contains(0),
                let text = String(data: data, encoding: .utf8)
            else { return }
            files.append(TextFile(path, text))
        }
        self.files = files.sorted { $0.path < $1.path }
        self.swift = self.files.filter { $0.path.hasSuffix(".swift") }.map { SwiftFile($0) }
        self.paths = paths
    }

    /// Swift files of the targets.
    var sources: [SwiftFile] { self.swift.filter { $0.room != nil } }

    private static func walk(
        _ folder: URL, _ prefix: String, _ ignored: IgnoredNames, _ visit: (String, URL, Bool) -> Void
    ) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        for name in names.sorted() {
            let (path, url) = (prefix + name, folder.appending(path: name))
            let isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
            guard !ignored.contains(path, name: name, isFolder: isFolder) else { continue }
            visit(path, url, isFolder)
            if isFolder { self.walk(url, path + "/", ignored, visit) }
        }
    }
}

/// What git does not track, as far as our own `.gitignore` says it: names, `*` at one end, a slash at either end.
struct IgnoredNames {
    private let patterns: [Substring]

    init(_ url: URL) {
        self.init((try? String(contentsOf: url, encoding: .utf8)) ?? "")
    }

    init(_ text: String) {
        self.patterns = text.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    func contains(_ path: String, name: String, isFolder: Bool) -> Bool {
        if name == ".git" { return true }
        return self.patterns.contains { pattern in
            var pattern = pattern
            if pattern.hasSuffix("/") {
                guard isFolder else { return false }
                pattern = pattern.dropLast()
            }
            if pattern.hasPrefix("/") { return path == pattern.dropFirst() }
            if pattern.hasPrefix("*") && pattern.hasSuffix("*") {
                return name.contains(pattern.dropFirst().dropLast())
            }
            if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
            if let star = pattern.firstIndex(of: "*") {
                return name.hasPrefix(pattern[..<star]) && name.hasSuffix(pattern[star...].dropFirst())
            }
            return name == pattern
        }
    }
}
