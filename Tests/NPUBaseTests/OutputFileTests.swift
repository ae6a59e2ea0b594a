import Foundation
import NPUBase
import TestSupport
import Testing

/// What stands where a file is to be written.
private enum Place: CaseIterable {
  case nothing, file, link, linkToNothing, secondName, pipe
}

@Suite("A file that is written at the end of a run")
struct OutputFileTests {
  @Test("writes through what it is given, and leaves nothing else behind", arguments: Place.allCases)
  fileprivate func places(place: Place) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out")
    let target = try folder.make(place, at: "out")
    let reader = place == .pipe ? unsafe open(path, O_RDONLY | O_NONBLOCK) : -1
    let (kind, names) = (try folder.kind("out"), try folder.names)
    do {
      let file = try OutputFile(path, patience: .zero)
      // Until it is saved nothing is changed.
      #expect(try folder.names == names)
      if place == .file { #expect(try folder.text("out") == "old") }
      try file.save(Array("new".utf8))
    }
    #expect(try folder.kind("out") == (place == .nothing ? .typeRegular : kind))
    if place == .pipe {
      #expect(FileHandle(fileDescriptor: reader, closeOnDealloc: true).readDataToEndOfFile() == Data("new".utf8))
    } else {
      #expect(try folder.text(target) == "new")
      #expect(try folder.text("out") == "new")
    }
    #expect(try folder.names == names.union([target]))
  }

  @Test("is private where it is new, and keeps its permissions where it is not")
  func permissions() throws {
    let folder = try TemporaryFolder()
    try OutputFile(folder.file("private")).save([1])
    try OutputFile(folder.file("public"), for: .everyone).save([1])
    let old = try folder.write("old", to: "old")
    try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: old)
    try OutputFile(old).save([1])
    #expect(try folder.permissions("private") == 0o600)
    #expect(try folder.permissions("public") & 0o700 == 0o600)
    #expect(try folder.permissions("public") & 0o044 != 0)
    #expect(try folder.permissions("old") == 0o664)
  }

  @Test("is replaced whole: a reader of the old file is not disturbed")
  func whole() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old and long", to: "a")
    let reader = try #require(FileHandle(forReadingAtPath: path))
    try OutputFile(path).save(Array("new".utf8))
    #expect(reader.readDataToEndOfFile() == Data("old and long".utf8))
    #expect(try folder.text("a") == "new")
  }

  @Test("is refused at the beginning where it could not be written, with the reason")
  func refusals() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "file")
    _ = try folder.make(.pipe, at: "pipe")
    for (path, word) in [
      (folder.path, "directory"), (folder.file("no/a"), "create its folder first"),
      (folder.file("file/a"), "Not a dir"),
      (folder.file("pipe"), "start its reader"),
    ] {
      let error = #expect(throws: FileError.self) { _ = try OutputFile(path, patience: .zero) }
      #expect(error?.kind == .open)
      #expect(error?.path == path)
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }

  @Test("is written in place in a folder where nothing can be made", .disabled(if: geteuid() == 0))
  func closedFolder() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("f"), withIntermediateDirectories: true)
    let path = try folder.write("old and long", to: "f/a")
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.file("f"))
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.file("f")) }
    try OutputFile(path).save(Array("new".utf8))
    #expect(try folder.text("f/a") == "new")
    #expect(throws: FileError.self) { _ = try OutputFile(folder.file("f/b")) }
  }

  @Test("that cannot be written at the end is an error, also where a reader has left", arguments: [true, false])
  func lateFailure(isPipe: Bool) throws {
    signal(SIGPIPE, SIG_IGN)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("f"), withIntermediateDirectories: true)
    if isPipe { _ = try folder.make(.pipe, at: "f/a") }
    let reader = isPipe ? unsafe open(folder.file("f/a"), O_RDONLY | O_NONBLOCK) : -1
    let file = try OutputFile(folder.file("f/a"), patience: .zero)
    if isPipe { close(reader) } else { try FileManager.default.removeItem(atPath: folder.file("f")) }
    let error = #expect(throws: FileError.self) { try file.save([1]) }
    #expect(error?.path == folder.file("f/a"))
    #expect(error?.kind == .write)
  }
}

@Suite("A file that is written piece by piece")
struct CreatedFileTests {
  @Test("goes through links and pipes too, which are never replaced", arguments: Place.allCases, [false, true])
  fileprivate func places(place: Place, replacing: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out")
    let target = try folder.make(place, at: "out")
    let reader = place == .pipe ? unsafe open(path, O_RDONLY | O_NONBLOCK) : -1
    let kind = try folder.kind("out")
    try File.probe(creating: path)
    #expect(try folder.kind("out") == kind)
    let isKept = !replacing && [.file, .link, .secondName].contains(place)
    if isKept {
      #expect(throws: FileError.self) { _ = try File(creating: path, replacing: false, patience: .zero) }
    } else {
      let file = try File(creating: path, replacing: replacing, patience: .zero)
      try file.write(Array("new".utf8))
    }
    #expect(try folder.kind("out") == (place == .nothing ? .typeRegular : kind))
    if place == .pipe {
      #expect(FileHandle(fileDescriptor: reader, closeOnDealloc: true).readDataToEndOfFile() == Data("new".utf8))
    } else {
      #expect(try folder.text(target) == (isKept ? "old" : "new"))
    }
    if place == .nothing { #expect(try folder.permissions("out") == 0o600) }
  }
}

@Suite("Which file a path means")
struct FileIdentityTests {
  @Test("is the same by whatever name or link, whether it is there or not")
  func same() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "a")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "a")
    try FileManager.default.linkItem(atPath: folder.file("a"), toPath: folder.file("second"))
    try FileManager.default.createSymbolicLink(atPath: folder.file("none"), withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: folder.file("folder"), withDestinationPath: folder.path)
    for (one, other) in [
      ("a", "./a"), ("a", "link"), ("a", "second"), ("a", "folder/a"), ("b", "none"), ("b", "folder/./b"),
      ("no/x", "no/./x"),
    ] {
      #expect(FileIdentity(folder.file(one)) == FileIdentity(folder.file(other)), "\(one), \(other)")
      #expect(FileIdentity(folder.file(one)) != nil)
    }
    for (one, other) in [("a", "b"), ("b", "c"), ("a", "no/a"), ("b", "no/b")] {
      #expect(FileIdentity(folder.file(one)) != FileIdentity(folder.file(other)), "\(one), \(other)")
    }
  }
}

extension TemporaryFolder {
  /// Puts something where a file will be written.
  ///
  /// - Returns: The name under which the content will then be.
  fileprivate func make(_ place: Place, at name: String) throws -> String {
    switch place {
    case .nothing: return name
    case .file:
      _ = try write("old", to: name)
      return name
    case .link, .linkToNothing:
      if place == .link { _ = try write("old", to: "target") }
      try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: "target")
      return "target"
    case .secondName:
      _ = try write("old", to: "first")
      try FileManager.default.linkItem(atPath: file("first"), toPath: file(name))
      return "first"
    case .pipe:
      try #require(unsafe mkfifo(file(name), 0o600) == 0)
      return name
    }
  }

  fileprivate func kind(_ name: String) throws -> FileAttributeType? {
    (try? FileManager.default.attributesOfItem(atPath: file(name)))?[.type] as? FileAttributeType
  }

  fileprivate func permissions(_ name: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int)
  }

  fileprivate var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: path)) }
  }
}
