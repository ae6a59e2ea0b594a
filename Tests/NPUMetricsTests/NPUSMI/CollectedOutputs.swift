internal import Foundation
internal import Testing

/// Outputs of real machines and of vendors' manuals with what is known of them, from outside of the package.
enum CollectedOutputs {
  /// One output and its line of the index.
  struct Output: Sendable, CustomTestStringConvertible {
    /// How the output came to be.
    enum Nature: String { case real, doc, edited, synthetic, fabricated }
    /// What a reference reading of the table counts.
    struct Counts: Equatable { var chips, processes, idle: Int }

    var file: String
    var command: String
    var nature: Nature
    var counts: Counts?

    var testDescription: String { file }
    var bytes: [UInt8] { get throws { [UInt8](try Data(contentsOf: folderURL.appending(path: file))) } }
    var text: String { get throws { String(decoding: try bytes, as: UTF8.self) } }
    /// The word for the kind of output in the name of the file.
    var kindWord: String {
      file.split(separator: ".")[0].split(separator: "-").dropFirst().dropLast().last.map(String.init) ?? ""
    }

    private var folderURL: URL { folder ?? URL(filePath: "/nonexistent") }
  }

  /// The folder of the outputs, if there is one.
  static let folder: URL? = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].flatMap {
    let folder = URL(filePath: $0).appending(path: "npu-smi")
    return FileManager.default.fileExists(atPath: folder.appending(path: "INDEX.md").path) ? folder : nil
  }

  /// Every output of the index.
  static let all: [Output] = {
    guard let folder, let index = try? String(contentsOf: folder.appending(path: "INDEX.md"), encoding: .utf8) else {
      return []
    }
    return index.split(separator: "\n").compactMap(output).filter {
      FileManager.default.fileExists(atPath: folder.appending(path: $0.file).path)
    }
  }()

  /// The outputs that the tool printed as they are, in a run or in a manual.
  static let genuine = all.filter { $0.nature == .real || $0.nature == .doc }

  /// Reads a line such as `| FILE | COMMAND | CHIP | VERSION | SOURCE | NATURE, VIA | 1 / 0 / 0 | REMARK |`.
  private static func output(of line: Substring) -> Output? {
    // A bar inside a cell is written with a backslash before it.
    let cells = line.replacing("\\|", with: "/").split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard cells.count >= 9, cells[1].hasSuffix(".txt"),
      let nature = Output.Nature(rawValue: cells[6].split(separator: ",").first.map(String.init) ?? "")
    else { return nil }
    let numbers = cells[7].split(separator: "/").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    let counts =
      numbers.count == 3
      ? Output.Counts(chips: numbers[0], processes: numbers[1], idle: numbers[2]) : nil
    return Output(file: cells[1], command: cells[2], nature: nature, counts: counts)
  }
}
