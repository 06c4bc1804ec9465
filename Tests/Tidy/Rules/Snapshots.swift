/// Golden files, of which none may be left behind when its test goes.
enum Snapshots {
    static func unused(_ files: [TextFile]) -> [Violation] {
        let tests = files.filter { $0.path.hasPrefix("Tests/") && $0.path.hasSuffix(".swift") }
        return files.filter { $0.components.dropLast().last == "Snapshots" }.compactMap { snapshot in
            let folder = snapshot.components.dropLast(2).joined(separator: "/") + "/"
            let name = String(snapshot.name)
            let names = name.hasSuffix(".txt") ? [name, String(name.dropLast(4))] : [name]
            let isUsed = tests.contains { test in
                test.path.hasPrefix(folder) && names.contains { test.text.contains("\"\($0)\"") }
            }
            return isUsed ? nil : snapshot.violation(0, "is a snapshot that no test of \(folder) names; remove it")
        }
    }
}
