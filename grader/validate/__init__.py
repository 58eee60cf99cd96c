"""Prove an assignment: that its checks are right, can fail, are stable, and name what they should.

command ──Ask──> bench: imports torch, loads the course, holds the reference; runs no student code
                 ├── fork: the reference ┐
                 ├── fork: a mutant      ├─ stand in for a submission; judged by the course's checks
                 └── fork: a misconception┘
        <──Subject, Outcome, Outcome, ..., Finished
        ──Job──> workers of a batch: every example and the starter, for real, in the sandbox
        <──Result

Subject + Outcomes + Results → Proof (a pure function) → terminal, JSON, page
"""
