import NPUBase
import TestSupport
import Testing

@testable import NPUBatch

@Suite("The items of a batch")
struct LinesInputTests {
  @Test("are the lines of a file, by id or custom_id, wherever they end")
  func lines() async throws {
    let texts = [
      #"{"id":"a","prompt":"x"}"#, "", #"{"custom_id":7,"body":{"prompt":"y"}}"#, "  ", "{\"id\":\"中/文\"}\r",
      #"{"id":"last"}"#,
    ]
    for text in [texts.joined(separator: "\n"), texts.joined(separator: "\n") + "\n"] {
      try await TemporaryFolder.with { folder in
        let path = try TemporaryFolder.written(text, to: folder + "/in.jsonl")
        let input = LinesInput(path)
        let index = try await input.index(in: folder)
        #expect(index.entries.map(\.id) == ["a", "7", "中/文", "last"])
        for entry in index.entries {
          let item = try await input.item(entry, in: folder)
          guard case .line(let value, let base) = item.content else { throw Unexpected() }
          #expect(value["id"]?.scalarText ?? value["custom_id"]?.scalarText == entry.id)
          #expect(base == folder)
        }
      }
    }
  }

  @Test(
    "that cannot be told apart or read are refused with their place",
    arguments: [
      ("{\"id\":\"a\"}\n{\"id\":\"a\"}", "item 2"), ("{\"id\":\"a\"}\nnone", ":2"), ("[1]", ":1"), ("{\"x\":1}", ":1"),
      ("", "no item"), ("{\"id\":\"\"}", "item 1"),
    ])
  func refused(text: String, place: String) async throws {
    try await TemporaryFolder.with { folder in
      let path = try TemporaryFolder.written(text, to: folder + "/in.jsonl")
      let error = await #expect(throws: BatchError.self) { try await LinesInput(path).index(in: folder) }
      #expect(error?.kind == .invalidInput)
      #expect(error?.message.contains(place) == true)
    }
  }

  @Test("are the files of a folder by their paths, without hidden ones")
  func folder() async throws {
    try await TemporaryFolder.with { folder in
      for name in ["b.txt", "a/c.txt", "a/b/d.txt", ".hidden", "a.txt"] {
        try Folder.prepare(Folder.containing(folder + "/" + name))
        _ = try TemporaryFolder.written(name, to: folder + "/" + name)
      }
      let index = try await FolderInput(folder).index(in: folder)
      #expect(index.entries.map(\.id) == ["a.txt", "a/b/d.txt", "a/c.txt", "b.txt"])
      #expect(index.entries.map(\.size) == [5, 9, 7, 5])
    }
  }

  @Test("have another hash when any of them is another one")
  func digest() throws {
    let entries = [BatchIndex.Entry(id: "a", tag: "1", size: 1), .init(id: "b", tag: "2", size: 1)]
    let digest = try BatchIndex(entries).digest
    #expect(try BatchIndex(entries).digest == digest)
    #expect(try BatchIndex(entries.reversed()).digest != digest)
    #expect(try BatchIndex([entries[0], .init(id: "b", tag: "3", size: 1)]).digest != digest)
    #expect(try BatchIndex([entries[0]]).digest != digest)
  }

  @Test("have names of files that lead nowhere else and are all different")
  func names() {
    let ids = [
      "a", "A", "a/b", "a//b", "/a", "..", "../a", ".", "a/..", "a~1", "a%7E1", "a b", "中", "", "/", "//",
      String(repeating: "x", count: 300) + "1", String(repeating: "x", count: 300) + "2",
      String(repeating: "中", count: 100), "a\u{0}b", "a\nb",
    ]
    let names = ids.map(OutputName.path)
    #expect(Set(names).count == ids.count)
    for name in names {
      for part in name.split(separator: "/", omittingEmptySubsequences: false) {
        #expect(!part.isEmpty && !part.hasPrefix(".") && part.utf8.count <= 200)
        #expect(part.utf8.allSatisfy { 0x20 < $0 && $0 < 0x7F })
      }
    }
  }
}

struct Unexpected: Error {}

extension TemporaryFolder {
  /// Writes a file and gives its path.
  static func written(_ text: String, to path: String) throws -> String {
    let file = try File(creating: path, replacing: true)
    try file.write(Array(text.utf8))
    return path
  }
}
