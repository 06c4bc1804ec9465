import AccessPolicy
import HashTreeCollections
import Ledger
import ReleaseModel
import StageControl

/// What the control plane keeps in memory of its log: the registry, and two facts that are no rules.
struct ControlState {
    private(set) var registry = Registry()
    /// Every rollout.
    private(set) var book = RolloutBook()
    /// Who was waiting when the lists of lotteries were closed.
    private(set) var lists = WaitingLists()
    /// The number of entries of the access log that the newest noted head of it covers.
    private(set) var accessLogSize: UInt64 = 0
    /// Commitments of people who were erased, or who never came to be because the proposal ended.
    private var left: Set<ContentDigest> = []

    /// Commitments whose record has no reason to be in the vault any more.
    ///
    /// Taken from what the log says, not from what it is silent about: with a log that lost its end, or is another's,
    /// no record is erased by mistake.
    func forgettable(at now: Timestamp) -> Set<ContentDigest> {
        var waiting: Set<ContentDigest> = []
        var lapsed: Set<ContentDigest> = []
        for proposal in self.registry.proposals.values {
            guard case .addPerson(let person) = proposal.command else { continue }
            if now < proposal.lapses {
                waiting.insert(person.commitment)
            } else {
                lapsed.insert(person.commitment)
            }
        }
        return self.left.union(lapsed).subtracting(waiting).subtracting(self.registry.people.values.map(\.commitment))
    }

    mutating func apply(_ entry: ControlEntry) throws(ControlFault) {
        do throws(RolloutBookFault) {
            try self.book.apply(entry)
        } catch {
            throw .unreadableEntry(index: self.registry.generation, detail: "\(error)")
        }
        switch entry.event {
        case .personErased(let erasure):
            if let person = self.registry.people[erasure.person] { self.left.insert(person.commitment) }
            for proposal in self.registry.proposals.values where proposal.by == erasure.person { self.leave(proposal) }
        case .proposalRejected(let rejection):
            if let proposal = self.registry.proposals[rejection.proposal] { self.leave(proposal) }
        case .accessLogCheckpointed(let checkpoint):
            self.accessLogSize = Self.size(of: checkpoint.note) ?? self.accessLogSize
        default: break
        }
        self.registry.apply(entry)
        self.lists.apply(entry, self.registry, self.book)
    }

    private mutating func leave(_ proposal: Proposal) {
        guard case .addPerson(let person) = proposal.command else { return }
        self.left.insert(person.commitment)
    }

    /// The number of entries that a signed head covers; nil if the text is none.
    static func size(of note: String) -> UInt64? {
        guard let note = try? SignedNote(Array(note.utf8)) else { return nil }
        return try? Checkpoint(note.text).size
    }
}
