/// The Flask servers of the guides, which load their model, then listen, and have no route for their health.
///
/// Host and port stand in their code: what is given here must be what the script says.
extension LaunchDescription {
  /// `sd_serve.py`: Stable Diffusion behind `POST /generate`.
  ///
  /// - Parameters:
  ///   - script: The script.
  ///   - workingFolder: The folder in which it runs.
  ///   - python: The interpreter that has torch, torch_npu, diffusers and flask.
  ///   - host: The name or address under which this machine reaches the service.
  ///   - port: The port that stands in the script.
  /// - Returns: The description; ready once a `GET` is refused with 405.
  public static func stableDiffusion(
    script: String = "sd_serve.py", workingFolder: String? = nil, python: String = "python3",
    host: String = "127.0.0.1", port: Int = 8000
  ) -> LaunchDescription {
    flask("Stable Diffusion", script, workingFolder, python, host, port, route: "/generate")
  }

  /// `asr_serve.py`: Whisper behind `POST /transcribe`.
  ///
  /// - Parameters:
  ///   - script: The script.
  ///   - workingFolder: The folder in which it runs.
  ///   - python: The interpreter that has torch, torch_npu, whisper and flask.
  ///   - host: The name or address under which this machine reaches the service.
  ///   - port: The port that stands in the script.
  /// - Returns: The description; ready once a `GET` is refused with 405.
  public static func transcription(
    script: String = "asr_serve.py", workingFolder: String? = nil, python: String = "python3",
    host: String = "127.0.0.1", port: Int = 8001
  ) -> LaunchDescription {
    flask("transcription", script, workingFolder, python, host, port, route: "/transcribe")
  }

  /// `tts_serve.py`: CosyVoice behind `POST /synthesize`.
  ///
  /// - Parameters:
  ///   - script: The script.
  ///   - workingFolder: The folder in which it runs.
  ///   - python: The interpreter that has torch, torch_npu, cosyvoice and flask.
  ///   - host: The name or address under which this machine reaches the service.
  ///   - port: The port that stands in the script.
  /// - Returns: The description; ready once a `GET` is refused with 405.
  public static func speech(
    script: String = "tts_serve.py", workingFolder: String? = nil, python: String = "python3",
    host: String = "127.0.0.1", port: Int = 8002
  ) -> LaunchDescription {
    flask("speech", script, workingFolder, python, host, port, route: "/synthesize")
  }

  private static func flask(
    _ name: String, _ script: String, _ workingFolder: String?, _ python: String, _ host: String, _ port: Int,
    route: String
  ) -> LaunchDescription {
    let base = address(host, port)
    return LaunchDescription(
      name: name, program: python, arguments: [script],
      // Else Python holds its log back while it does not write to a terminal.
      environment: ["PYTHONUNBUFFERED": "1"], workingFolder: workingFolder,
      readiness: ReadinessProbe(url: base + route, statuses: [405]), baseURL: base)
  }
}
