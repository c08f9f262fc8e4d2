// Draws one message as Slack does, for pictures and for looking at what was built.
import {createRoot} from "react-dom/client";
import {Message} from "slack-blocks-to-jsx";

const LOGO = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#1d3b53"/>' +
  '<path d="M11 30V17c0-5 14-2 14-11M11 17V6" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>',
);

// A picture has one reader: in UTC, on the day itself.
const date = ({timestamp, format}) => {
  const clock = new Date(timestamp * 1000).toISOString();
  return format.replace("{time_secs}", clock.slice(11, 19)).replace("{time}", clock.slice(11, 16))
    .replace("{date_short_pretty}", "today");
};

window.draw = (blocks, time) => createRoot(document.getElementById("message")).render(
  <Message blocks={blocks} name="Pointsman" logo={LOGO} time={new Date(time)} theme="light" withoutWrapper={false}
    hooks={{date, usergroup: () => <b style={{color: "#1264a3"}}>@sre</b>, user: () => <b style={{color: "#1264a3"}}>@bob</b>}}/>,
);
