/** The board's tools: two rows where there is room, one row to scroll on a phone. */

import { type KeyboardEvent, type ReactNode, useSyncExternalStore } from "react";
import {
  Button, Group, Separator, ToggleButton, ToggleButtonGroup, Toolbar as AriaToolbar, Tooltip, TooltipTrigger,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Colour, NOTE_COLOURS, PEN_COLOURS, SIZES, type SizeName } from "./elements";
import { Icon, type IconName } from "./icons";
import { type OnReport, reportable } from "./reporting";
import { SHAPES, type Shape, type Surface, type Tool, isShape } from "./surface";
import "../ui/tool.css";
import "./toolbar.css";

const ZOOM_STEP = 1.25;

type Button = Tool | "shape";
const TOOLS: readonly Button[] = ["select", "hand", "pen", "eraser", "shape", "text", "note"];

export function Toolbar({ surface, onReport }: { surface: Surface; onReport: OnReport | undefined }) {
  const { t } = useTranslation();
  const { canUndo, canRedo } = useSyncExternalStore(surface.model.history.subscribe, surface.model.history.get);
  const { tool, shape, selection } = useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  const { zoom } = useSyncExternalStore(surface.renderer.view.subscribe, surface.renderer.view.get);
  const selected = surface.selected();
  const [only] = selected;
  const told = reportable(surface);
  const editable = selected.length === 1 && only && (only.kind === "text" || only.kind === "note");

  return (
    <AriaToolbar className="board-toolbar" aria-label={t("board.toolbar")}>
      <div className="board-tools">
        <ToggleButtonGroup
          className="board-group"
          aria-label={t("board.tools")}
          disallowEmptySelection
          selectedKeys={[isShape(tool) ? "shape" : tool]}
          onSelectionChange={([key]) => surface.take(key === "shape" ? shape : (key as Tool))}
        >
          {TOOLS.map((button) => (
            <ToolButton key={button} button={button} surface={surface} shape={shape} />
          ))}
        </ToggleButtonGroup>
        <Separator orientation="vertical" className="board-separator" />
        <Group className="board-group" aria-label={t("board.steps")}>
          <Action icon="undo" word={t("board.undo")} hint={t("board.hint.undo")} isDisabled={!canUndo} onPress={() => surface.undo()} />
          <Action icon="redo" word={t("board.redo")} hint={t("board.hint.redo")} isDisabled={!canRedo} onPress={() => surface.redo()} />
        </Group>
      </div>
      <div className="board-options">
        {isShape(tool) && <ShapeGroup surface={surface} shape={tool} />}
        {tool === "select" && (
          <Group className="board-group" aria-label={t("board.selection")}>
            {editable && <Action icon="edit" word={t("board.edit")} onPress={() => surface.edit(only)} />}
            <Action
              icon="remove" word={t("board.remove")} hint={t("board.hint.remove")}
              isDisabled={selection.size === 0} onPress={() => surface.removeSelected()}
            />
            {onReport && <Action icon="report" word={t("board.report")} isDisabled={!told} onPress={() => told && onReport(told)} />}
          </Group>
        )}
        <Colours surface={surface} />
        <Sizes surface={surface} />
        <Separator orientation="vertical" className="board-separator board-push" />
        <Group className="board-group" aria-label={t("board.zoom")}>
          <Action icon="further" small word={t("board.further")} onPress={() => surface.zoomBy(1 / ZOOM_STEP)} />
          <span className="board-zoom" aria-hidden="true">{t("board.percent", { value: Math.round(zoom * 100) })}</span>
          <Action icon="closer" small word={t("board.closer")} onPress={() => surface.zoomBy(ZOOM_STEP)} />
          <Action icon="fit" word={t("board.fit")} onPress={() => surface.fit()} />
        </Group>
      </div>
    </AriaToolbar>
  );
}

function ToolButton({ button, surface, shape }: { button: Button; surface: Surface; shape: Shape }) {
  const { t } = useTranslation();
  const tool = button === "shape" ? shape : button;
  const addable = isShape(tool) || tool === "text" || tool === "note" ? tool : undefined;
  /** Enter on a tool puts one on the board, so that no pointer is needed; space only takes the tool. */
  const onEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !addable) return;
    event.preventDefault();
    event.stopPropagation();
    surface.take(addable);
    surface.addAtCentre(addable);
  };
  return (
    <Hinted hint={t(`board.hint.${button}`)}>
      <div className="board-slot" onKeyDownCapture={onEnter}>
        <ToggleButton id={button} className="tool board-button" aria-label={t(`board.tool.${button}`)}>
          <Icon name={button === "shape" ? shape : button} />
          <span className="board-word">{t(`board.tool.${button}`)}</span>
        </ToggleButton>
      </div>
    </Hinted>
  );
}

function ShapeGroup({ surface, shape }: { surface: Surface; shape: Shape }) {
  const { t } = useTranslation();
  const onEnter = (event: KeyboardEvent, kind: Shape): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    surface.take(kind);
    surface.addAtCentre(kind);
  };
  return (
    <ToggleButtonGroup
      className="board-group"
      aria-label={t("board.shapes")}
      disallowEmptySelection
      selectedKeys={[shape]}
      onSelectionChange={([key]) => surface.take(key as Shape)}
    >
      {SHAPES.map((kind) => (
        <Hinted key={kind} hint={t(`board.tool.${kind}`)}>
          <div className="board-slot" onKeyDownCapture={(event) => onEnter(event, kind)}>
            <ToggleButton id={kind} className="tool board-button board-button-small" aria-label={t(`board.tool.${kind}`)}>
              <Icon name={kind} />
            </ToggleButton>
          </div>
        </Hinted>
      ))}
    </ToggleButtonGroup>
  );
}

function Colours({ surface }: { surface: Surface }) {
  const { t } = useTranslation();
  const { colour, noteColour } = useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  const forNotes = surface.colourKind() === "note";
  const colours: readonly Colour[] = forNotes ? NOTE_COLOURS : PEN_COLOURS;
  return (
    <ToggleButtonGroup
      className="board-group"
      aria-label={t("board.colours")}
      selectedKeys={[forNotes ? noteColour : colour]}
      onSelectionChange={([key]) => surface.setColour((key ?? (forNotes ? noteColour : colour)) as Colour)}
    >
      {colours.map((name) => (
        <Hinted key={name} hint={t(`board.colour.${name}`)}>
          <ToggleButton id={name} className="tool board-button board-button-small" aria-label={t(`board.colour.${name}`)}>
            <span className="board-swatch" data-colour={name} data-note={forNotes || undefined} />
          </ToggleButton>
        </Hinted>
      ))}
    </ToggleButtonGroup>
  );
}

function Sizes({ surface }: { surface: Surface }) {
  const { t } = useTranslation();
  const { size } = useSyncExternalStore(surface.inHand.subscribe, surface.inHand.get);
  return (
    <ToggleButtonGroup
      className="board-group"
      aria-label={t("board.sizes")}
      selectedKeys={[size]}
      onSelectionChange={([key]) => surface.setSize((key ?? size) as SizeName)}
    >
      {(Object.keys(SIZES) as SizeName[]).map((name) => (
        <Hinted key={name} hint={t(`board.size.${name}`)}>
          <ToggleButton id={name} className="tool board-button board-button-small" aria-label={t(`board.size.${name}`)}>
            <span className="board-thickness" data-size={name} />
          </ToggleButton>
        </Hinted>
      ))}
    </ToggleButtonGroup>
  );
}

interface ActionProps {
  icon: IconName;
  word: string;
  hint?: string;
  /** There is no room for the word; it is in the label and the tooltip. */
  small?: boolean;
  isDisabled?: boolean;
  onPress: () => void;
}

function Action({ icon, word, hint, small, isDisabled, onPress }: ActionProps) {
  return (
    <Hinted hint={hint ?? word}>
      <Button className="tool board-button" aria-label={word} isDisabled={isDisabled} onPress={onPress}>
        <Icon name={icon} />
        {!small && <span className="board-word">{word}</span>}
      </Button>
    </Hinted>
  );
}

function Hinted({ hint, children }: { hint: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={600} closeDelay={0}>
      {children}
      <Tooltip className="board-tooltip" offset={6}>{hint}</Tooltip>
    </TooltipTrigger>
  );
}
