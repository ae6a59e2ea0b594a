import ArgumentParser
import ExampleSupport
import Foundation
import NPUTestKit
import ToolSupport

/// Which recordings two services write down.
struct TranscriptionCaseOptions: ParsableArguments {
  @Option(
    name: .customLong("audio"), parsing: .upToNextOption,
    help: ArgumentHelp("Files to send; the name is the identity of the case.", valueName: "file"))
  var audio: [String] = []
  @Option(help: ArgumentHelp("Folder whose WAV files to send, in the order of their names.", valueName: "folder"))
  var audioDir: String?
  @Option(help: ArgumentHelp("Language that is spoken, such as zh.", valueName: "code"))
  var language: String?
  @Option(help: "How texts are made comparable: auto, english, basic or none. Default: auto.")
  var normalizer: TranscriptErrors.Normalization?
}

extension TranscriptionCaseOptions {
  /// What every request has in common.
  var pattern: TranscriptionRequest { TranscriptionRequest(audio: .bytes([]), language: language) }

  /// The recordings with what is said in them, where a text stands beside them.
  func cases() throws -> [TranscriptionCase] {
    let paths = try audio + folderFiles()
    guard !paths.isEmpty else {
      throw ValidationError("Name recordings with --audio or --audio-dir; two services have nothing to write down.")
    }
    var ids: Set<String> = []
    return try paths.map { path in
      let name = String(path.split(separator: "/").last ?? path[...])
      guard ids.insert(name).inserted else {
        throw ValidationError("Two recordings are called \(name), by which cases are known; rename one.")
      }
      return TranscriptionCase(
        id: name, audio: try InputFile.read(path), reference: try ReferenceText.read(beside: path))
    }
  }

  /// The cases of a recording, with the sounds if they are sent again.
  ///
  /// - Parameters:
  ///   - recording: The recording, which holds digests alone.
  ///   - asksNow: Whether a service is asked now.
  /// - Returns: The cases, then the sounds that the recording lacks, so that the report names them.
  /// - Throws: `ValidationError` if a sound is missing; what was recorded with another one is refused by its digest.
  func cases(of recording: Recording, asksNow: Bool) throws -> [TranscriptionCase] {
    let asked: [TranscriptionCase] = try recording.asked()
    guard asksNow else { return asked }
    let cases = try cases()
    let sounds = Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0) })
    let recorded = Set(asked.map(\.id))
    let known: [TranscriptionCase] = try asked.map { recorded in
      guard let sound = sounds[recorded.id] else {
        throw ValidationError("The sound of case \(recorded.id) is missing; name it with --audio or --audio-dir.")
      }
      return sound
    }
    return known + cases.filter { !recorded.contains($0.id) }
  }

  private func folderFiles() throws -> [String] {
    guard let audioDir else { return [] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: audioDir) } catch {
      throw ValidationError("\(audioDir): \(FileReason.of(error)); --audio-dir takes a folder that can be read.")
    }
    let files = names.filter { $0.lowercased().hasSuffix(".wav") }.sorted()
    guard !files.isEmpty else { throw ValidationError("\(audioDir) holds no file that ends in .wav.") }
    return files.map { audioDir + "/" + $0 }
  }
}
