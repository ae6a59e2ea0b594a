internal import NPUTransport

/// Audio that goes to a service: a file on disk, or bytes in memory.
public enum AudioInput: Sendable, Hashable {
  /// A file on disk, read as it is sent: an hour of audio does not have to fit into memory.
  case file(path: String)
  /// Bytes in memory, under the file name that the service is told; many tell the format by its ending.
  case bytes([UInt8], fileName: String = "audio.wav")

  /// The file name that the service is told.
  public var fileName: String {
    switch self {
    case .file(let path): path.split(separator: "/").last.map(String.init) ?? path
    case .bytes(_, let name): name
    }
  }

  /// The media type that the ending of the name stands for; unknown endings are bytes of no known kind.
  public var mediaType: String { Self.mediaType(ofFile: fileName) }

  /// The media type of an audio file by the ending of its name.
  static func mediaType(ofFile name: String) -> String {
    switch name.split(separator: ".").last?.lowercased() {
    case "wav", "wave": "audio/wav"
    case "mp3": "audio/mpeg"
    case "flac": "audio/flac"
    case "ogg", "opus": "audio/ogg"
    case "m4a", "mp4": "audio/mp4"
    case "webm": "audio/webm"
    case "aac": "audio/aac"
    default: "application/octet-stream"
    }
  }

  /// The part of a form that holds the audio.
  func part(named name: String) -> MultipartPart {
    let content: MultipartPart.Content =
      switch self {
      case .file(let path): .file(path: path)
      case .bytes(let bytes, _): .bytes(bytes)
      }
    return MultipartPart(name: name, content: content, fileName: fileName, contentType: mediaType)
  }
}
