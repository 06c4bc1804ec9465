import ArgumentParser
import Ledger
import Store

struct LogProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write the proof that an entry is in the log, for people who have neither the log nor Sluice.",
        discussion: "The proof is a .tlog-proof file (c2sp.org/tlog-proof). It is verified before it is written.")

    @OptionGroup var trusted: TrustedLog
    @Option(help: "The index of the entry, from 0.") var index: UInt64
    @Option(help: ArgumentHelp("The file for the proof; standard output if left out.", valueName: "file.tlog-proof"))
    var out: String?
    @Option(help: ArgumentHelp("Write the entry's bytes into this file.", valueName: "file")) var entry: String?

    func run() async throws {
        try self.run(self.trusted.place.terminal())
    }

    func run(_ terminal: Terminal) throws {
        let verifier = try self.trusted.verifier()
        let reader = try self.trusted.place.reader()
        let bytes = try reader.entry(at: self.index)
        let proof = try reader.inclusionProof(self.index)
        let checkpoint = try proof.verify(entry: bytes, by: [verifier])
        // Proofs and entries are for others to read.
        if let out = self.out { try LocalFile.create(out, Array(proof.text.utf8), mode: 0o644) }
        if let entry = self.entry {
            do {
                try LocalFile.create(entry, bytes, mode: 0o644)
            } catch {
                if let out = self.out { LocalFile.remove(out) }
                throw error
            }
        }
        if self.out == nil { terminal.write(proof.text) }
        terminal.say("entry \(self.index) of \(checkpoint.size) in \(checkpoint.origin) is proven")
    }
}
