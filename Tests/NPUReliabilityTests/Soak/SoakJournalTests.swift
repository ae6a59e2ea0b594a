import Foundation
import NPUBase
import NPULoad
import TestSupport
import Testing

@testable import NPUReliability

@Suite("The journal of a soak")
struct SoakJournalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ change: (inout SoakJournalOptions) -> Void = { _ in }, seed: UInt64 = 7
  ) throws -> (journal: SoakJournal, state: SoakState) {
    var options = SoakJournalOptions(path: folder.file("j"))
    change(&options)
    let mix = try SoakSamples.mix(seed: seed)
    let opened = try SoakJournal.open(
      options, schedule: SoakSchedule(mix, try SoakSamples.plan(10).load), run: RunDescription(), now: { .now })
    return (opened.0, opened.1)
  }

  /// Writes a soak of some windows, of three requests each.
  private func write(windows: Int, _ change: (inout SoakJournalOptions) -> Void = { _ in }) throws -> SoakState {
    let opened = try open(change)
    var (journal, state) = (opened.journal, opened.state)
    state.beginSession(at: MonotonicInstant(nanoseconds: 0), lasting: 3600)
    try journal.begin(session: 1, at: MonotonicInstant(nanoseconds: 0), lasting: 3600, wallClock: "now")
    for number in 0..<windows {
      for place in 0..<3 {
        let record = SoakSamples.record(number * 3 + place, at: Double(number) + 0.1, taking: Double(10 + place))
        state.add(record)
        try journal.append(record)
      }
      let window = state.closeWindow(at: Double(number + 1), endedAt: "now", resources: SoakResources())
      try journal.append(window, state)
    }
    try journal.flush()
    return state
  }

  private func expect(_ read: SoakState, equals state: SoakState, _ comment: Comment? = nil) {
    #expect(read.done == state.done, comment)
    #expect(read.totals.mapValues(\.counts) == state.totals.mapValues(\.counts), comment)
    #expect(read.series.count == state.series.count && read.series.windows == state.series.windows, comment)
    #expect(read.elapsed == state.elapsed && read.loaded == state.loaded, comment)
    #expect(read.sessions == state.sessions, comment)
  }

  @Test("What was known is known again")
  func readAgain() throws {
    let state = try write(windows: 5)
    expect(try open { $0.resumes = true }.state, equals: state)
  }

  @Test("Killed anywhere, a soak knows whole lines and nothing else, and goes on behind them")
  func anyByte() throws {
    _ = try write(windows: 1)
    let whole = Array(try folder.text("j").utf8)
    let lines = whole.split(separator: 0x0A, omittingEmptySubsequences: false)
    for length in KillPoints.lengths(of: whole) {
      _ = try folder.write(Array(whole[..<length]), to: "j")
      let opened = try open { $0.resumes = true }
      var (journal, state) = (opened.journal, opened.state)
      // A line that lacks nothing but its end is whole.
      let cut = whole[..<length].count { $0 == 0x0A }
      let rest = length - lines[..<cut].reduce(0) { $0 + $1.count + 1 }
      let isWhole = cut < lines.count && rest == lines[cut].count && rest > 0
      let known = lines[..<(cut + (isWhole ? 1 : 0))].count {
        String(decoding: $0, as: UTF8.self).contains("\"outcome\"")
      }
      #expect(state.done.count == known, "cut at \(length)")
      // The next part runs what is missing, and the journal has each number once.
      state.beginSession(at: .now)
      try journal.begin(session: state.sessions, at: .now, lasting: nil, wallClock: "now")
      for place in 0..<(6 - state.done.count) { try journal.append(SoakSamples.record(state.done.missing(at: place))) }
      try journal.close(complete: true, failure: nil)
      #expect(try indices("j").sorted() == Array(0..<6), "cut at \(length)")
    }
  }

  /// The numbers of the requests that have a line.
  private func indices(_ name: String) throws -> [Int] {
    try folder.text(name).split(separator: "\n").compactMap { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["outcome"] == nil ? nil : object?["index"] as? Int
    }
  }

  @Test("A full file is gone on with in another, which begins with all that was known")
  func segments() throws {
    let state = try write(windows: 40) { $0.segmentBytes = 4096 }
    let numbers = SoakSegments.numbers(of: folder.file("j"))
    #expect(numbers.count > 3 && numbers == Array(1...numbers.count))
    let all = try numbers.flatMap { try indices($0 == 1 ? "j" : "j.\($0)") }
    #expect(all.sorted() == Array(0..<120), "each request has one line in all files together")
    expect(try open { $0.resumes = true }.state, equals: state)
    for number in numbers.dropLast() {
      var reader = try JournalReader(path: SoakSegments.path(folder.file("j"), number))
      while try reader.next() != nil {}
      #expect(reader.end == .stopped)
    }
  }

  @Test("Files that are not kept take requests away and no count")
  func kept() throws {
    let state = try write(windows: 40) {
      $0.segmentBytes = 4096
      $0.keptSegments = 2
    }
    let numbers = SoakSegments.numbers(of: folder.file("j"))
    #expect(numbers.count == 2 && numbers[0] > 1)
    expect(try open { $0.resumes = true }.state, equals: state)
  }

  @Test("A file that was begun and not yet told what came before is taken away, wherever it was cut")
  func tornSegment() throws {
    let state = try write(windows: 40) { $0.segmentBytes = 4096 }
    let last = try #require(SoakSegments.numbers(of: folder.file("j")).last)
    let whole = Array(try folder.text("j.\(last)").utf8)
    let known = try #require(String(decoding: whole, as: UTF8.self).firstRange(of: #"{"kind":"state""#))
    let before = String(decoding: whole, as: UTF8.self)[..<known.lowerBound].utf8.count
    for length in stride(from: 0, through: before + 40, by: 7) {
      _ = try folder.write(Array(whole[..<length]), to: "j.\(last)")
      let read = try open { $0.resumes = true }.state
      #expect(!File.exists(folder.file("j.\(last)")))
      #expect(read.done.count <= state.done.count && read.done.count % 3 == 0)
      #expect(read.series.count * 3 == read.done.count)
    }
  }

  @Test("One soak at a time writes to a journal; the next is let in when it is closed", arguments: [false, true])
  func locked(isBegun: Bool) throws {
    if isBegun { _ = try write(windows: 3) }
    let first = try open { $0.resumes = true }
    let before = try folder.text("j")
    for replaces in [false, true] {
      let error = #expect(throws: JournalError.self) {
        try open {
          $0.resumes = !replaces
          $0.replaces = replaces
        }
      }
      #expect(error?.kind == .open && error?.message.contains("another soak writes to it") == true)
    }
    #expect(try folder.text("j") == before)
    try first.journal.close(complete: false, failure: nil)
    #expect(try open { $0.resumes = true }.state.done.count == first.state.done.count)
    #expect(!File.exists(folder.file("j.lock")))
  }

  @Test("A journal of an earlier version is gone on with, although it says less")
  func earlierVersion() throws {
    let state = try write(windows: 40) { $0.segmentBytes = 4096 }
    for number in SoakSegments.numbers(of: folder.file("j")) {
      let name = number == 1 ? "j" : "j.\(number)"
      let text = try folder.text(name).replacing(/"(session_)?(loaded|limit)_s":[^,}]*,/, with: "")
        .replacing(/,"(session_)?(loaded|limit)_s":[^,}]*/, with: "")
        .replacing(#""gaps":{}"#, with: #""gaps":[]"#).replacing(/"last":\[.*?\],"stride"/, with: #""stride""#)
      #expect(!text.contains("loaded_s") && !text.contains("limit_s"))
      _ = try folder.write(text, to: name)
    }
    let read = try open { $0.resumes = true }.state
    #expect(read.done == state.done && read.sessions == 1 && read.series.count == 40)
    #expect(read.elapsed == state.elapsed && read.loaded == state.elapsed)
    #expect(read.series.windows.allSatisfy { $0.loaded == nil })
  }

  @Test("Of another schedule nothing is gone on with, and the difference is named")
  func otherSchedule() throws {
    _ = try write(windows: 1)
    let error = #expect(throws: SoakError.self) { try open({ $0.resumes = true }, seed: 8) }
    #expect(error?.kind == .otherSchedule)
    #expect(error?.message.contains("seed is 7, and here 8") == true)
  }

  @Test("A file of anything else is neither gone on with nor changed", arguments: [false, true])
  func otherFile(isJournal: Bool) throws {
    if isJournal {
      let writer = try JournalWriter(path: folder.file("j"), header: JournalHeader(beginning: RunDescription()))
      try writer.append(SoakSamples.record(0))
      try writer.close()
    } else {
      _ = try folder.write("my notes\nand more", to: "j")
    }
    let before = try folder.text("j")
    #expect(throws: (any Error).self) { try open { $0.resumes = true } }
    #expect(try folder.text("j") == before)
    #expect { try open() } throws: { ($0 as? JournalError)?.kind == .open }
    #expect(try folder.text("j") == before)
  }

  @Test("What may be replaced is, with all its files; without anything to go on with a soak is begun")
  func replaced() throws {
    _ = try write(windows: 40) { $0.segmentBytes = 4096 }
    #expect(try open { $0.replaces = true }.state.done.count == 0)
    #expect(SoakSegments.numbers(of: folder.file("j")) == [1])
    File.remove(folder.file("j"))
    #expect(try open { $0.resumes = true }.state.sessions == 0)
  }
}
