import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import Testing

@Suite("The consent of two people")
struct ConsentTests {
    private func refusal(_ command: Command, by person: PersonID, in house: House) -> Refusal.Code? {
        var house = house
        do {
            try house.give(command, by: person)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("lets a proposal change nothing but the list of proposals")
    func waits() throws {
        var house = try House()
        let before = house.registry
        let proposal = try house.propose(.issueGrant(house.grant), by: house.alice)
        #expect(house.registry.proposals[proposal.id] == proposal)
        #expect(house.registry.grants == before.grants)
        #expect(proposal.lapses == house.now.advanced(milliseconds: Proposal.lifetimeMilliseconds))
    }

    @Test("is not given by the proposer, also one who may approve")
    func notAlone() throws {
        var house = try House()
        let change = MakeCurrent(model: house.model, version: house.version)
        let proposal = try house.propose(.makeCurrent(change), by: house.carol)
        let approval = Command.approve(approval(of: proposal))
        #expect(self.refusal(approval, by: house.carol, in: house) == .secondPersonNeeded)
        #expect(self.refusal(approval, by: house.alice, in: house) == .notPermitted)
        #expect(try house.give(approval, by: house.bob).last == .currentVersionChanged(change))
        #expect(self.refusal(approval, by: house.bob, in: house) == .notFound)
    }

    @Test("is bound to the digest of what was seen")
    func digest() throws {
        var house = try House()
        let proposal = try house.propose(.issueGrant(house.grant), by: house.alice)
        var wider = house.grant
        wider.population = .everyone
        let other = ApproveProposal(proposal: proposal.id, digest: try Registry.digest(of: .issueGrant(wider)))
        #expect(self.refusal(.approve(other), by: house.bob, in: house) == .proposalDiffers)
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) == nil)
    }

    @Test("comes within seven days or not at all")
    func lapse() throws {
        var house = try House()
        let proposal = try house.propose(.issueGrant(house.grant), by: house.alice)
        house.now = proposal.lapses.advanced(milliseconds: -1)
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) == nil)
        house.now = proposal.lapses
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) == .proposalLapsed)
    }

    @Test("is decided again on the state of that moment")
    func decidedAgain() throws {
        var house = try House()
        var grant = house.grant
        grant.expires = house.now.advanced(milliseconds: 1_000)
        let proposal = try house.propose(.issueGrant(grant), by: house.alice)
        house.now = house.now.advanced(milliseconds: 1_000)
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) == .invalidField)
        #expect(house.registry.proposals[proposal.id] != nil)
    }

    @Test("needs a proposer who still may propose it")
    func demotedProposer() throws {
        var house = try House()
        let change = Command.makeCurrent(MakeCurrent(model: house.model, version: house.version))
        let proposal = try house.propose(change, by: house.carol)
        try house.give(.assignRoles(AssignRoles(person: house.carol, roles: [.approver])), by: house.alice)
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) == .notPermitted)
    }

    @Test("falls away with an erased proposer, and only theirs does")
    func erasedProposer() throws {
        var house = try House()
        let change = Command.makeCurrent(MakeCurrent(model: house.model, version: house.version))
        let carols = try house.propose(change, by: house.carol)
        let alices = try house.propose(change, by: house.alice)
        try house.give(.erasePerson(ErasePerson(person: house.carol, reason: "left")), by: house.alice)
        #expect(Array(house.registry.proposals.keys) == [alices.id])
        #expect(self.refusal(.approve(approval(of: carols)), by: house.bob, in: house) == .notFound)
    }

    @Test("is ended by the proposer or by an approver, and by nobody else")
    func rejection() throws {
        var house = try House()
        let proposal = try house.propose(.issueGrant(house.grant), by: house.alice)
        let rejection = Command.reject(RejectProposal(proposal: proposal.id, reason: "too wide"))
        #expect(self.refusal(rejection, by: house.alice, in: house) == nil)
        #expect(self.refusal(rejection, by: house.bob, in: house) == nil)
        let carols = try house.propose(.resumeModelOnHold(&house), by: house.carol)
        let rejectCarols = Command.reject(RejectProposal(proposal: carols.id, reason: "no"))
        #expect(self.refusal(rejectCarols, by: house.alice, in: house) == .notPermitted)
        #expect(try house.give(rejectCarols, by: house.bob).map(\.kind) == [.proposalRejected])
        #expect(house.registry.proposals[carols.id] == nil)
    }

    @Test("is not needed to take roles away, and is to give any")
    func roles() throws {
        var house = try House()
        let fewer = AssignRoles(person: house.carol, roles: [.approver])
        #expect(try house.give(.assignRoles(fewer), by: house.alice) == [.rolesAssigned(fewer)])
        let other = AssignRoles(person: house.carol, roles: [.viewer])
        #expect(try house.give(.assignRoles(other), by: house.alice).map(\.kind) == [.proposalMade])
    }

    @Test("is not needed for a further key of one's own, and is for anybody else's")
    func personKeys() throws {
        var house = try House()
        let digest = try AccessPolicyTests.digest(9)
        func issue(_ text: String) throws -> Command {
            .issueKey(IssueKey(owner: .person(house.bob), kind: .person, key: try key(text), digest: digest))
        }
        #expect(try house.give(try issue("bobsown1"), by: house.bob).map(\.kind) == [.keyIssued])
        #expect(try house.give(try issue("bobsown2"), by: house.alice).map(\.kind) == [.proposalMade])
    }

    @Test("lifts only the hold that was there when it was proposed")
    func newerHold() throws {
        var house = try House()
        let proposal = try house.propose(.resumeModelOnHold(&house), by: house.alice)
        try house.give(.holdModel(HoldModel(model: house.model, reason: "something else")), by: house.bob)
        #expect(self.refusal(.approve(approval(of: proposal)), by: house.bob, in: house) != nil)
    }

    @Test("is needed for a new application of an organisation that holds a grant")
    func organisationGrants() throws {
        var house = try House()
        var grant = house.grant
        grant.subject = .organisation(house.organisation)
        try house.agree(.issueGrant(grant))
        let command = Command.addApplication(
            AddApplication(name: try name("newcomer"), organisation: house.organisation))
        #expect(house.registry.direction(of: command, by: .person(house.alice)) == .widening)
    }
}

extension Command {
    /// Puts the house's model on hold, and is the command that lifts it.
    fileprivate static func resumeModelOnHold(_ house: inout House) throws -> Command {
        try house.give(.holdModel(HoldModel(model: house.model, reason: "it answers oddly")), by: house.bob)
        return .resumeModel(ResumeModel(model: house.model, reason: "mended"))
    }
}
